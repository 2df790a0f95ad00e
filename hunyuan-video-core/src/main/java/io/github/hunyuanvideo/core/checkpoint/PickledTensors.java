package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.core.checkpoint.PickleValue.Global;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Sequence;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Storage;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Tensor;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Text;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Whole;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.util.List;
import java.util.Optional;

/**
 * Turns the arguments of PyTorch's rebuild functions, see {@code torch/_utils.py}, into the
 * description of a tensor. Only the kinds of the arguments are checked here; whether the tensor is
 * possible is seen when it is selected, see {@link TorchStorages}.
 */
final class PickledTensors {

  private static final int MOST_AXES = 64;

  private final PickleInput input;

  /**
   * @param input where the pickle machine is, for messages
   */
  PickledTensors(PickleInput input) {
    this.input = input;
  }

  /** A storage, by the identifier that torch.save puts in its place. */
  PickleValue storage(PickleValue identifier) {
    List<PickleValue> parts = items(identifier, "the identifier of a storage");
    boolean shaped =
        parts.size() >= 5
            && parts.get(0) instanceof Text kind
            && kind.value().equals("storage")
            && parts.get(1) instanceof Global type
            && TorchTypes.isStorage(type.name())
            && parts.get(2) instanceof Text
            && parts.get(4) instanceof Whole;
    if (!shaped) {
      throw input.malformed(
          "the identifier of a storage is not (\"storage\", type, key, device, size)");
    }
    String type = ((Global) parts.get(1)).name();
    return new Storage(
        type,
        TorchTypes.ofStorage(type),
        ((Text) parts.get(2)).value(),
        ((Whole) parts.get(4)).value());
  }

  /**
   * {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])}.
   */
  PickleValue typedByStorage(List<PickleValue> arguments) {
    Storage storage = storageOf(arguments, 6);
    return tensor(storage, storage.typeName(), storage.type(), arguments);
  }

  /** {@code _rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype)}. */
  PickleValue typedByName(List<PickleValue> arguments) {
    Storage storage = storageOf(arguments, 7);
    if (arguments.get(6) instanceof Global type && TorchTypes.isType(type.name())) {
      return tensor(storage, type.name(), TorchTypes.ofType(type.name()), arguments);
    }
    throw input.malformed("the type of a tensor is " + arguments.get(6).describe());
  }

  /** {@code _rebuild_parameter(data, requires_grad, hooks[, state])}. */
  PickleValue ofParameter(List<PickleValue> arguments) {
    if (arguments.isEmpty()) {
      throw input.malformed("a parameter has no tensor");
    }
    return arguments.get(0);
  }

  /** {@code _rebuild_from_type_v2(function, type, arguments, state)}. */
  PickleValue withState(List<PickleValue> arguments) {
    if (arguments.size() == 4 && arguments.get(0) instanceof Global function) {
      List<PickleValue> inner = items(arguments.get(2), "the arguments of a tensor");
      switch (function.name()) {
        case PickleGlobals.TENSOR_V2 -> {
          return typedByStorage(inner);
        }
        case PickleGlobals.TENSOR_V3 -> {
          return typedByName(inner);
        }
        default -> {}
      }
    }
    throw input.malformed("a tensor with attributes is made in an unknown way");
  }

  /** {@code torch.Size((…))}, which is a tuple. */
  PickleValue size(List<PickleValue> arguments) {
    if (arguments.size() == 1 && arguments.get(0) instanceof Sequence size) {
      return size;
    }
    throw input.malformed("a torch.Size is not made of one tuple");
  }

  private Storage storageOf(List<PickleValue> arguments, int atLeast) {
    if (arguments.size() >= atLeast && arguments.get(0) instanceof Storage storage) {
      return storage;
    }
    throw input.malformed("a tensor is not made of a storage and %d more".formatted(atLeast - 1));
  }

  private Tensor tensor(
      Storage storage, String typeName, Optional<ScalarType> type, List<PickleValue> arguments) {
    if (!(arguments.get(1) instanceof Whole offset)) {
      throw input.malformed("the offset of a tensor is " + arguments.get(1).describe());
    }
    return new Tensor(
        storage,
        typeName,
        type,
        offset.value(),
        wholes(arguments.get(2), "the shape of a tensor"),
        wholes(arguments.get(3), "the strides of a tensor"));
  }

  private List<Long> wholes(PickleValue value, String what) {
    List<PickleValue> items = items(value, what);
    if (items.size() > MOST_AXES) {
      throw input.malformed(what + " has " + items.size() + " axes");
    }
    return items.stream()
        .map(
            item -> {
              if (item instanceof Whole whole) {
                return whole.value();
              }
              throw input.malformed(what + " contains " + item.describe());
            })
        .toList();
  }

  private List<PickleValue> items(PickleValue value, String what) {
    if (value instanceof Sequence tuple) {
      return tuple.items();
    }
    throw input.malformed(what + " is " + value.describe());
  }
}
