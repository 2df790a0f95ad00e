package io.github.hunyuanvideo.core.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One Java method bound to one method of a TorchScript program: checked once against the program's
 * signature, then only converts arguments and results.
 */
final class ProgramBinding {

  private final String name;
  private final Class<?> resultType;

  private ProgramBinding(String name, Class<?> resultType) {
    this.name = name;
    this.resultType = resultType;
  }

  /** The program's name for a Java method: {@code singleBlock} is {@code single_block}. */
  static String programName(String javaName) {
    return javaName.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /**
   * Binds a method.
   *
   * @throws IllegalStateException if its parameters or result are not those of the program; the
   *     message shows both
   */
  static ProgramBinding bind(Method method, @Nullable ProgramSignature signature) {
    String name = programName(method.getName());
    String declared =
        Arrays.stream(method.getAnnotatedParameterTypes())
                .map(ProgramBinding::torchType)
                .collect(Collectors.joining(", ", "(", ") -> "))
            + torchType(method.getAnnotatedReturnType());
    String found =
        signature == null
            ? "nothing of that name"
            : "("
                + String.join(", ", signature.parameterTypes())
                + ") -> "
                + signature.returnType();
    if (!declared.equals(found)) {
      throw new IllegalStateException(
          "%s.%s stands for %s%s, the program has %s"
              .formatted(
                  method.getDeclaringClass().getSimpleName(),
                  method.getName(),
                  name,
                  declared,
                  found));
    }
    return new ProgramBinding(name, method.getReturnType());
  }

  /** The TorchScript type that a Java parameter or result stands for. */
  private static String torchType(AnnotatedType annotated) {
    Type type = annotated.getType();
    if (type == Tensor.class) {
      return annotated.isAnnotationPresent(Nullable.class) ? "Optional[Tensor]" : "Tensor";
    } else if (type == TensorMap.class) {
      return "Dict[str, Tensor]";
    } else if (type == long.class || type == int.class) {
      return "int";
    } else if (type == double.class) {
      return "float";
    } else if (type == boolean.class) {
      return "bool";
    } else if (type == String.class) {
      return "str";
    } else if (type == long[].class) {
      return "List[int]";
    } else if (type instanceof ParameterizedType list
        && list.getRawType() == List.class
        && list.getActualTypeArguments()[0] == Tensor.class) {
      return "List[Tensor]";
    } else if (type instanceof Class<?> record && record.isRecord()) {
      return Arrays.stream(record.getRecordComponents())
          .map(component -> torchType(component.getAnnotatedType()))
          .collect(Collectors.joining(", ", "Tuple[", "]"));
    }
    throw new IllegalStateException(type + " has no counterpart in TorchScript");
  }

  String name() {
    return name;
  }

  /** Arguments as the engine takes them; closes what was made for one call only. */
  static final class Arguments implements AutoCloseable {

    private final List<IValue> temporary = new ArrayList<>();

    /** Converts the arguments of one call. */
    IValue[] of(@Nullable Object[] arguments, IValue none) {
      IValue[] values = new IValue[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        Object argument = arguments[i];
        if (argument == null) {
          values[i] = none;
        } else if (argument instanceof TensorMap map) {
          values[i] = map.dictionary();
        } else {
          values[i] = convert(argument);
          temporary.add(values[i]);
        }
      }
      return values;
    }

    private static IValue convert(Object argument) {
      if (argument instanceof Tensor tensor) {
        return IValue.from(tensor.handle());
      } else if (argument instanceof Long number) {
        return IValue.from(number);
      } else if (argument instanceof Integer number) {
        return IValue.from(number.longValue());
      } else if (argument instanceof Double number) {
        return IValue.from(number);
      } else if (argument instanceof Boolean flag) {
        return IValue.from(flag);
      } else if (argument instanceof String text) {
        return IValue.from(text);
      } else if (argument instanceof long[] numbers) {
        return IValue.listFrom(numbers);
      } else if (argument instanceof List<?> tensors) {
        return IValue.listFrom(
            tensors.stream().map(tensor -> ((Tensor) tensor).handle()).toArray(PtNDArray[]::new));
      }
      throw new IllegalArgumentException("no program takes a " + argument.getClass());
    }

    @Override
    public void close() {
      Collections.reverse(temporary);
      temporary.forEach(IValue::close);
    }
  }

  /** Makes the Java result of what the engine returned. */
  Object result(TorchEngine engine, IValue value) throws ReflectiveOperationException {
    if (resultType == Tensor.class) {
      return engine.adopt(value);
    } else if (resultType == long.class || resultType == int.class) {
      return resultType == int.class ? (Object) Math.toIntExact(value.toLong()) : value.toLong();
    } else if (resultType == double.class) {
      return value.toDouble();
    } else if (resultType == boolean.class) {
      return value.toBoolean();
    } else if (resultType == String.class) {
      return value.toStringValue();
    } else if (resultType == List.class) {
      return engine.adoptAll(value.toIValueArray());
    }
    return record(engine.adoptAll(value.toIValueTuple()));
  }

  private Object record(List<Tensor> components) throws ReflectiveOperationException {
    boolean whole = false;
    try {
      Class<?>[] types =
          Arrays.stream(resultType.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      var constructor = resultType.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      Object record = constructor.newInstance(components.toArray());
      whole = true;
      return record;
    } finally {
      if (!whole) {
        components.forEach(Tensor::close);
      }
    }
  }
}
