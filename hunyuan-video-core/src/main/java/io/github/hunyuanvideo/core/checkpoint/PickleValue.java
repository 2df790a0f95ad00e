package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.core.files.Excerpt;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pickle can hold. Containers may contain themselves and be nested to any depth, so nothing
 * here walks into them: they are equal by identity only, and {@link #describe()} stays flat.
 */
sealed interface PickleValue {

  /** What it is, in a few words, for messages. */
  String describe();

  /** A text. */
  record Text(String value) implements PickleValue {
    @Override
    public String describe() {
      return '"' + Excerpt.of(value) + '"';
    }
  }

  /** A whole number of 64 bits. */
  record Whole(long value) implements PickleValue {
    @Override
    public String describe() {
      return Long.toString(value);
    }
  }

  /** Something that no tensor is made of: None, a boolean, a float, bytes, a long number. */
  record Opaque(String describe) implements PickleValue {}

  /** An object of a training script, of which only the class's name is kept. */
  record Inert(String global) implements PickleValue {
    @Override
    public String describe() {
      return "a Python object of " + global;
    }
  }

  /** A class or function that is named, and neither loaded nor called. */
  record Global(String name) implements PickleValue {
    @Override
    public String describe() {
      return "the Python name " + name;
    }
  }

  /**
   * The bytes that tensors are views of.
   *
   * @param typeName as in the pickle, for messages
   * @param type of its elements; empty if there is no such {@link ScalarType}
   * @param key the name of its entry in the archive's folder {@code data}
   * @param elements how many there are, or bytes if the storage is untyped
   */
  record Storage(String typeName, Optional<ScalarType> type, String key, long elements)
      implements PickleValue {
    @Override
    public String describe() {
      return "a " + typeName;
    }
  }

  /**
   * A view of a storage, as the pickle claims; nothing is checked yet.
   *
   * @param storage where its elements are
   * @param typeName as in the pickle, for messages
   * @param type of its elements; empty if there is no such {@link ScalarType}
   * @param offset of its first element, in elements
   * @param shape the length of each axis
   * @param strides the distance of neighbours on each axis, in elements
   */
  record Tensor(
      Storage storage,
      String typeName,
      Optional<ScalarType> type,
      long offset,
      List<Long> shape,
      List<Long> strides)
      implements PickleValue {

    @Override
    public String describe() {
      return "a tensor of %s, shape %s".formatted(typeName, shape);
    }
  }

  /** A tuple or a list. */
  final class Sequence implements PickleValue {

    private final boolean tuple;
    private final List<PickleValue> items;

    private Sequence(boolean tuple, List<PickleValue> items) {
      this.tuple = tuple;
      this.items = items;
    }

    static Sequence tuple(List<PickleValue> items) {
      return new Sequence(true, List.copyOf(items));
    }

    static Sequence emptyList() {
      return new Sequence(false, new ArrayList<>(1));
    }

    boolean isTuple() {
      return tuple;
    }

    List<PickleValue> items() {
      return Collections.unmodifiableList(items);
    }

    /** Appends to a list; a tuple has no such operation. */
    void append(PickleValue item) {
      items.add(item);
    }

    @Override
    public String describe() {
      return "a %s of %d".formatted(tuple ? "tuple" : "list", items.size());
    }
  }

  /** A dictionary, ordered or not. Only entries with a text as key are kept, others counted. */
  final class Dictionary implements PickleValue {

    private final Map<String, PickleValue> entries = new LinkedHashMap<>();
    private long otherEntries;

    Map<String, PickleValue> entries() {
      return Collections.unmodifiableMap(entries);
    }

    /** How many entries have a key that is no text. */
    long otherEntries() {
      return otherEntries;
    }

    /** Adds an entry; returns whether its key is new. */
    boolean put(PickleValue key, PickleValue value) {
      if (key instanceof Text text) {
        return entries.putIfAbsent(text.value(), value) == null;
      }
      otherEntries++;
      return true;
    }

    @Override
    public String describe() {
      return "a dictionary of " + (entries.size() + otherEntries);
    }
  }
}
