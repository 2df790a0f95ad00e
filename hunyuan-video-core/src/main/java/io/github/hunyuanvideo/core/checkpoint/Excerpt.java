package io.github.hunyuanvideo.core.checkpoint;

import com.google.common.base.CharMatcher;
import java.util.Collection;
import java.util.stream.Collectors;

/** What a file says, fit for a message whatever the file says: short, and on one line. */
final class Excerpt {

  private static final int LONGEST = 120;
  private static final int MOST = 20;

  private Excerpt() {}

  /** The beginning of a text, on one line. */
  static String of(String text) {
    String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return CharMatcher.javaIsoControl().replaceFrom(start, '\uFFFD');
  }

  /** The first few of many names. */
  static String of(Collection<String> names) {
    String first = names.stream().limit(MOST).map(Excerpt::of).collect(Collectors.joining(", "));
    return names.size() > MOST ? first + " and %d more".formatted(names.size() - MOST) : first;
  }
}
