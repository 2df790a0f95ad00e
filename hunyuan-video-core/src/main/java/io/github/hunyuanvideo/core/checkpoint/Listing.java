package io.github.hunyuanvideo.core.checkpoint;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in a message: the first few, however many and however long there are. */
final class Listing {

  private static final int MOST = 20;
  private static final int LONGEST = 80;

  private Listing() {}

  static String of(Collection<String> names) {
    String first =
        names.stream()
            .limit(MOST)
            .map(name -> name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name)
            .collect(Collectors.joining(", "));
    return names.size() > MOST ? first + " and %d more".formatted(names.size() - MOST) : first;
  }
}
