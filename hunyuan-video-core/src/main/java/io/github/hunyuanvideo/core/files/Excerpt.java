package io.github.hunyuanvideo.core.files;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a file or a program says, fit for a message whatever that is: short, on one line, and
 * without characters that would change how the rest of the message is shown.
 */
public final class Excerpt {

  private static final int LONGEST = 160;
  private static final int MOST = 20;

  /** So much is looked at: line breaks and what surrounds them can make it shorter. */
  private static final int READ = 4 * LONGEST;

  private static final Pattern BETWEEN_WORDS = Pattern.compile("\\s*\\R\\s*|\\t");

  /** Control, format (which can turn the direction of text), unassigned, and half characters. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Cs}]");

  private Excerpt() {}

  /**
   * The beginning of a text, on one line.
   *
   * @param text of any length
   * @return at most 160 characters, then an ellipsis if there are more; what cannot be printed is
   *     the replacement character U+FFFD
   */
  public static String of(String text) {
    String start = text.substring(0, Math.min(text.length(), READ)).strip();
    String line = BETWEEN_WORDS.matcher(start).replaceAll(" ");
    boolean all = text.length() <= READ && line.length() <= LONGEST;
    String shown = all ? line : line.substring(0, end(line)) + "…";
    return UNPRINTABLE.matcher(shown).replaceAll("\uFFFD");
  }

  /** Not between the two halves of a character. */
  private static int end(String line) {
    int end = Math.min(line.length(), LONGEST);
    return end > 0 && Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end;
  }

  /**
   * The first few of many names.
   *
   * @param names any number of texts
   * @return at most 20 of them, each as {@link #of(String)} gives it, and how many more there are
   */
  public static String of(Collection<String> names) {
    String first = names.stream().limit(MOST).map(Excerpt::of).collect(Collectors.joining(", "));
    return names.size() > MOST ? first + " and %d more".formatted(names.size() - MOST) : first;
  }
}
