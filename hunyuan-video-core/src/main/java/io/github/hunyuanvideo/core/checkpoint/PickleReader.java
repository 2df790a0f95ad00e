package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Dictionary;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Global;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Inert;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Opaque;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Sequence;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Tensor;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Text;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Whole;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * A machine for the part of Python's pickle language in which torch.save writes. It executes
 * nothing: a name stays a name, a call becomes a tensor, a dictionary, or a placeholder that says
 * what would have been made. It does not recurse, and its memory is bounded.
 */
final class PickleReader {

  private static final int NEWEST_PROTOCOL = 5;

  private final Path path;
  private final PickleInput input;
  private final PickleStack stack;
  private final PickledTensors tensors;
  private final TreeSet<String> inert = new TreeSet<>();

  private PickleReader(Path path, ByteBuffer bytes) {
    this.path = path;
    this.input = new PickleInput(path, bytes);
    this.stack = new PickleStack(input);
    this.tensors = new PickledTensors(input);
  }

  /**
   * What a pickle holds.
   *
   * @param value the outermost value
   * @param inert the names of what became a placeholder
   */
  record Result(PickleValue value, TreeSet<String> inert) {}

  /**
   * Reads a pickle.
   *
   * @param path the file that it is in, for messages
   * @param bytes little-endian
   * @throws CheckpointException if it is malformed, or asks for a Python name that no checkpoint
   *     needs
   */
  static Result read(Path path, ByteBuffer bytes) {
    PickleReader reader = new PickleReader(path, bytes);
    return new Result(reader.run(), reader.inert);
  }

  private PickleValue run() {
    requireProtocol();
    for (int opcode = input.unsignedByte();
        opcode != PickleOpcode.STOP;
        opcode = input.unsignedByte()) {
      boolean known = scalar(opcode) || container(opcode) || memory(opcode) || object(opcode);
      if (!known) {
        throw input.malformed("the opcode 0x%02x is none that torch.save writes".formatted(opcode));
      }
    }
    if (input.hasRemaining()) {
      throw input.malformed("something follows behind its end");
    }
    return stack.result();
  }

  private void requireProtocol() {
    boolean named = input.unsignedByte() == PickleOpcode.PROTO;
    int protocol = input.unsignedByte();
    if (!named || protocol < 2 || protocol > NEWEST_PROTOCOL) {
      throw input.malformed("it does not begin as a pickle of protocol 2 to 5");
    }
  }

  private boolean scalar(int opcode) {
    switch (opcode) {
      case PickleOpcode.NONE -> stack.push(new Opaque("None"));
      case PickleOpcode.NEWTRUE -> stack.push(new Opaque("True"));
      case PickleOpcode.NEWFALSE -> stack.push(new Opaque("False"));
      case PickleOpcode.BININT1 -> stack.push(new Whole(input.unsignedByte()));
      case PickleOpcode.BININT2 -> stack.push(new Whole(input.unsignedShort()));
      case PickleOpcode.BININT -> stack.push(new Whole(input.signedInt()));
      case PickleOpcode.LONG1 -> stack.push(number(input.take(input.unsignedByte())));
      case PickleOpcode.LONG4 -> stack.push(number(input.take(input.unsignedInt())));
      case PickleOpcode.BINFLOAT ->
          stack.push(new Opaque(Double.toString(input.bigEndianDouble())));
      case PickleOpcode.SHORT_BINUNICODE -> stack.push(new Text(input.text(input.unsignedByte())));
      case PickleOpcode.BINUNICODE -> stack.push(new Text(input.text(input.unsignedInt())));
      case PickleOpcode.BINUNICODE8 -> stack.push(new Text(input.text(input.signedLong())));
      case PickleOpcode.SHORT_BINSTRING ->
          stack.push(textOfPython2(input.take(input.unsignedByte())));
      case PickleOpcode.BINSTRING -> stack.push(textOfPython2(input.take(input.unsignedInt())));
      case PickleOpcode.SHORT_BINBYTES -> stack.push(opaqueBytes(input.unsignedByte()));
      case PickleOpcode.BINBYTES -> stack.push(opaqueBytes(input.unsignedInt()));
      case PickleOpcode.BINBYTES8, PickleOpcode.BYTEARRAY8 ->
          stack.push(opaqueBytes(input.signedLong()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case PickleOpcode.MARK -> stack.mark();
      case PickleOpcode.EMPTY_TUPLE -> stack.push(Sequence.tuple(List.of()));
      case PickleOpcode.TUPLE -> stack.push(Sequence.tuple(stack.popToMark()));
      case PickleOpcode.TUPLE1 -> stack.push(Sequence.tuple(stack.pop(1)));
      case PickleOpcode.TUPLE2 -> stack.push(Sequence.tuple(stack.pop(2)));
      case PickleOpcode.TUPLE3 -> stack.push(Sequence.tuple(stack.pop(3)));
      case PickleOpcode.EMPTY_LIST -> stack.push(Sequence.emptyList());
      case PickleOpcode.EMPTY_DICT -> stack.push(new Dictionary());
      case PickleOpcode.EMPTY_SET -> stack.push(new Inert("builtins.set"));
      case PickleOpcode.FROZENSET -> {
        stack.popToMark();
        stack.push(new Inert("builtins.frozenset"));
      }
      case PickleOpcode.APPEND -> append(stack.pop(1));
      case PickleOpcode.APPENDS, PickleOpcode.ADDITEMS -> append(stack.popToMark());
      case PickleOpcode.SETITEM -> putAll(stack.pop(2));
      case PickleOpcode.SETITEMS -> putAll(stack.popToMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int opcode) {
    switch (opcode) {
      case PickleOpcode.BINPUT -> stack.remember(input.unsignedByte());
      case PickleOpcode.LONG_BINPUT -> stack.remember(input.signedInt());
      case PickleOpcode.MEMOIZE -> stack.rememberNext();
      case PickleOpcode.BINGET -> stack.recall(input.unsignedByte());
      case PickleOpcode.LONG_BINGET -> stack.recall(input.signedInt());
      case PickleOpcode.POP -> stack.pop();
      case PickleOpcode.POP_MARK -> stack.popToMark();
      case PickleOpcode.DUP -> stack.push(stack.peek());
      // A frame only says how much to read at once.
      case PickleOpcode.FRAME -> input.require(input.signedLong());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int opcode) {
    switch (opcode) {
      case PickleOpcode.GLOBAL -> stack.push(global(input.line(), input.line()));
      case PickleOpcode.STACK_GLOBAL -> {
        List<PickleValue> names = stack.pop(2);
        stack.push(global(text(names.get(0)), text(names.get(1))));
      }
      case PickleOpcode.BINPERSID -> stack.push(tensors.storage(stack.pop()));
      case PickleOpcode.REDUCE, PickleOpcode.NEWOBJ -> {
        List<PickleValue> call = stack.pop(2);
        stack.push(called(call.get(0), call.get(1)));
      }
      case PickleOpcode.NEWOBJ_EX -> {
        List<PickleValue> call = stack.pop(3);
        stack.push(called(call.get(0), call.get(1)));
      }
      case PickleOpcode.BUILD -> build();
      default -> {
        return false;
      }
    }
    return true;
  }

  private static PickleValue number(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length > 255) {
      return new Opaque("a whole number of " + length + " bytes");
    }
    byte[] bigEndian = new byte[length + 1];
    for (int i = 0; i < length; i++) {
      bigEndian[length - i] = bytes.get(i);
    }
    bigEndian[0] = (byte) (length > 0 && bytes.get(length - 1) < 0 ? -1 : 0);
    BigInteger number = new BigInteger(bigEndian);
    return number.bitLength() < 64 ? new Whole(number.longValue()) : new Opaque(number.toString());
  }

  /** Python 2 had one type for texts and bytes. */
  private static PickleValue textOfPython2(ByteBuffer bytes) {
    int length = bytes.remaining();
    try {
      return new Text(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return new Opaque(length + " bytes");
    }
  }

  private PickleValue opaqueBytes(long length) {
    input.skip(length);
    return new Opaque(length + " bytes");
  }

  private void append(List<PickleValue> items) {
    PickleValue target = stack.peek();
    if (target instanceof Sequence list && !list.isTuple()) {
      items.forEach(list::append);
    } else if (!(target instanceof Inert)) {
      throw input.malformed("something is appended to " + target.describe());
    }
  }

  private void putAll(List<PickleValue> keysAndValues) {
    PickleValue target = stack.peek();
    if (keysAndValues.size() % 2 != 0) {
      throw input.malformed("a key has no value");
    }
    if (target instanceof Dictionary dictionary) {
      for (int i = 0; i < keysAndValues.size(); i += 2) {
        if (!dictionary.put(keysAndValues.get(i), keysAndValues.get(i + 1))) {
          throw input.malformed(
              "the key %s stands twice in one dictionary"
                  .formatted(keysAndValues.get(i).describe()));
        }
      }
    } else if (!(target instanceof Inert)) {
      throw input.malformed("a key is set in " + target.describe());
    }
  }

  private String text(PickleValue value) {
    if (value instanceof Text text) {
      return text.value();
    }
    throw input.malformed("a Python name is " + value.describe());
  }

  private Global global(String module, String name) {
    String global = PickleGlobals.canonical(module, name);
    if (!PickleGlobals.isAllowed(global)) {
      throw new CheckpointException(
          path,
          "data.pkl asks for the Python name %s, which no checkpoint needs, so the file is refused. Nothing of it was executed. If you trust its origin, load it with PyTorch and save only the state dictionary"
              .formatted(Excerpt.of(global)));
    }
    return new Global(global);
  }

  private PickleValue called(PickleValue callable, PickleValue arguments) {
    if (!(callable instanceof Global global)
        || !(arguments instanceof Sequence tuple)
        || !tuple.isTuple()) {
      throw input.malformed(
          "%s is called with %s".formatted(callable.describe(), arguments.describe()));
    }
    return switch (global.name()) {
      case PickleGlobals.ORDERED_DICT, PickleGlobals.DEFAULT_DICT -> new Dictionary();
      case PickleGlobals.SIZE -> tensors.size(tuple.items());
      case PickleGlobals.TENSOR_V2 -> tensors.typedByStorage(tuple.items());
      case PickleGlobals.TENSOR_V3 -> tensors.typedByName(tuple.items());
      case PickleGlobals.PARAMETER, PickleGlobals.PARAMETER_WITH_STATE ->
          tensors.ofParameter(tuple.items());
      case PickleGlobals.TENSOR_WITH_STATE -> tensors.withState(tuple.items());
      default -> {
        inert.add(global.name());
        yield new Inert(global.name());
      }
    };
  }

  /** Takes what would have been set on an object: attributes, of which no tensor is made. */
  private void build() {
    stack.pop();
    PickleValue target = stack.peek();
    boolean mayHaveAttributes =
        target instanceof Dictionary || target instanceof Inert || target instanceof Tensor;
    if (!mayHaveAttributes) {
      throw input.malformed("attributes are set on " + target.describe());
    }
  }
}
