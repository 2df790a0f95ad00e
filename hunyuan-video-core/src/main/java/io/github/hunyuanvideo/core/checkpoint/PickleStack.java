package io.github.hunyuanvideo.core.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of the pickle machine: a stack with marks, and numbered values to be used again. It is
 * bounded by the number of values, whatever the pickle does with them.
 */
final class PickleStack {

  /**
   * The tiny state dictionaries of the tests need 20 values per tensor, so this is enough for
   * 50,000 tensors; the published transformer has 856.
   */
  static final int MOST_VALUES = 1 << 20;

  private final PickleInput input;
  private final List<PickleValue> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();
  private int pushed;

  /**
   * @param input where the machine is, for messages
   */
  PickleStack(PickleInput input) {
    this.input = input;
  }

  void push(PickleValue value) {
    count();
    values.add(value);
  }

  void mark() {
    count();
    marks.add(values.size());
  }

  private void count() {
    if (++pushed > MOST_VALUES) {
      throw input.malformed(
          "it has more than %d values, which no checkpoint needs".formatted(MOST_VALUES));
    }
  }

  /** Takes the topmost value; one below the last mark belongs to somebody else. */
  PickleValue pop() {
    requireOne();
    return values.remove(values.size() - 1);
  }

  /** Looks at the topmost value. */
  PickleValue peek() {
    requireOne();
    return values.get(values.size() - 1);
  }

  private void requireOne() {
    if (values.size() == (marks.isEmpty() ? 0 : marks.get(marks.size() - 1))) {
      throw input.malformed("a value is taken where there is none");
    }
  }

  /** Takes the topmost values, as they were pushed. */
  List<PickleValue> pop(int count) {
    List<PickleValue> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(0, pop());
    }
    return taken;
  }

  /** Takes the values above the last mark, and the mark. */
  List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw input.malformed("values are taken up to a mark where there is none");
    }
    List<PickleValue> above = values.subList(marks.remove(marks.size() - 1), values.size());
    List<PickleValue> taken = List.copyOf(above);
    above.clear();
    return taken;
  }

  /** Numbers the topmost value. */
  void remember(int index) {
    if (memo.size() >= MOST_VALUES) {
      throw input.malformed("it remembers more than %d values".formatted(MOST_VALUES));
    }
    memo.put(index, peek());
  }

  /** Numbers the topmost value with the next number. */
  void rememberNext() {
    remember(memo.size());
  }

  /** Pushes a numbered value. */
  void recall(int index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw input.malformed(
          "the remembered value %s is used, but there is none"
              .formatted(Integer.toUnsignedString(index)));
    }
    push(value);
  }

  /** The only value, when nothing else is left. */
  PickleValue result() {
    PickleValue result = pop();
    if (!values.isEmpty() || !marks.isEmpty()) {
      throw input.malformed("it ends with values left over");
    }
    return result;
  }
}
