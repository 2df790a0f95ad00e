package io.github.hunyuanvideo.cuda;

import java.util.regex.Pattern;

/** The beginning of a text of unknown origin, fit for a message. */
final class Excerpt {

  private static final int LENGTH = 160;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cn}\\s]+");

  private Excerpt() {}

  static String of(String text) {
    String head = text.strip();
    // One more than is shown, so that it is seen whether there is more.
    head = head.substring(0, Math.min(head.length(), 4 * LENGTH));
    String line = UNPRINTABLE.matcher(head).replaceAll(" ").strip();
    return line.length() <= LENGTH ? line : line.substring(0, LENGTH) + "…";
  }
}
