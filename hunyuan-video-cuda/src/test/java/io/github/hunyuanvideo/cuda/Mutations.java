package io.github.hunyuanvideo.cuda;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Damaged versions of a text: some places changed, taken out or put in. */
final class Mutations {

  private Mutations() {}

  private enum Kind {
    CHANGE,
    TAKE_OUT,
    PUT_IN,
    CUT_OFF
  }

  private record Edit(Kind kind, int place, char value) {}

  static Arbitrary<String> of(List<String> texts) {
    Arbitrary<Character> value =
        Arbitraries.oneOf(
            Arbitraries.chars().ascii(),
            Arbitraries.of(',', '\n', '\t', '\0', '0', '9', '.', '(', ')', '-', 'é', '\uD800'));
    return Combinators.combine(Arbitraries.of(texts), edits(value)).as(Mutations::edited);
  }

  private static Arbitrary<List<Edit>> edits(Arbitrary<Character> value) {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(8, Kind.CHANGE),
                Tuple.of(3, Kind.TAKE_OUT),
                Tuple.of(3, Kind.PUT_IN),
                Tuple.of(1, Kind.CUT_OFF)),
            Arbitraries.integers().between(0, 1 << 20),
            value)
        .as(Edit::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  private static String edited(String original, List<Edit> edits) {
    StringBuilder text = new StringBuilder(original);
    for (Edit edit : edits) {
      int place = edit.place() % (text.length() + 1);
      boolean inside = place < text.length();
      switch (edit.kind()) {
        case PUT_IN -> text.insert(place, edit.value());
        case CUT_OFF -> text.setLength(place);
        case TAKE_OUT -> text.delete(place, inside ? place + 1 : place);
        case CHANGE -> text.replace(place, inside ? place + 1 : place, "" + edit.value());
      }
    }
    return text.toString();
  }
}
