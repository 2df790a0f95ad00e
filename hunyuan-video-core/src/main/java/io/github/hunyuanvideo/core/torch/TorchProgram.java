package io.github.hunyuanvideo.core.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import com.google.common.io.Resources;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A TorchScript file that was compiled by the engine and is ready to be called. */
final class TorchProgram implements AutoCloseable {

  private static final String FOLDER = "io/github/hunyuanvideo/core/torchscript/";

  /** The file with what several programs share; called as {@code __torch__.lib.…}. */
  private static final String LIBRARY = "lib";

  private static final Pattern UNKNOWN_OPERATOR =
      Pattern.compile("Unknown builtin op: ([\\w:]+)|object has no attribute or method '(\\w+)'");

  private final TorchEngine engine;
  private final String name;
  private final PtSymbolBlock module;
  private final Map<String, ProgramSignature> signatures;

  private TorchProgram(
      TorchEngine engine,
      String name,
      PtSymbolBlock module,
      Map<String, ProgramSignature> signatures) {
    this.engine = engine;
    this.name = name;
    this.module = module;
    this.signatures = signatures;
  }

  /**
   * Compiles a program of the resources.
   *
   * @throws NativeLibraryException if the natives lack an operator that the program uses; the
   *     message names it
   */
  static TorchProgram load(TorchEngine engine, String name) {
    return compile(engine, name, source(name));
  }

  /** Compiles a program whose source is given. */
  static TorchProgram compile(TorchEngine engine, String name, String source) {
    byte[] archive = TorchArchive.pack(source, Map.of(LIBRARY, source(LIBRARY)));
    Map<String, ProgramSignature> signatures = ProgramSignature.parse(source);
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              engine.manager(), new ByteArrayInputStream(archive), /* mapLocation= */ true, false);
      return new TorchProgram(engine, name, module, signatures);
    } catch (EngineException e) {
      String message = String.valueOf(e.getMessage());
      Matcher operator = UNKNOWN_OPERATOR.matcher(message);
      String cause =
          operator.find()
              ? "lack the operator "
                  + (operator.group(1) != null ? operator.group(1) : operator.group(2))
              : "cannot compile it: " + message.strip();
      throw new NativeLibraryException(
          "The program %s.py needs PyTorch natives that fit; those that were loaded (%s) %s"
              .formatted(name, engine.libraryDescription(), cause),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String source(String name) {
    URL resource = Resources.getResource(FOLDER + name + ".py");
    try {
      return Resources.toString(resource, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An object of a Java interface that stands for this program.
   *
   * @throws IllegalStateException if a method of the interface is not one of the program
   */
  <P> P as(Class<P> contract) {
    Map<Method, ProgramBinding> bindings = new HashMap<>();
    for (Method method : contract.getMethods()) {
      if (!method.isDefault()) {
        String methodName = ProgramBinding.programName(method.getName());
        bindings.put(method, ProgramBinding.bind(method, signatures.get(methodName)));
      }
    }
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          ProgramBinding binding = bindings.get(method);
          Object[] given = arguments == null ? new Object[0] : arguments;
          if (binding != null) {
            return call(binding, given);
          }
          return method.isDefault()
              ? InvocationHandler.invokeDefault(proxy, method, given)
              : ofObject(proxy, method, given);
        };
    return contract.cast(
        Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, handler));
  }

  private Object ofObject(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "TorchScript program " + name;
    };
  }

  private Object call(ProgramBinding binding, @Nullable Object[] arguments)
      throws ReflectiveOperationException {
    try (ProgramBinding.Arguments values = new ProgramBinding.Arguments();
        IValue result = run(binding.name(), values.of(arguments, engine.none()))) {
      return binding.result(engine, result);
    }
  }

  /**
   * Calls a method with engine values; the caller closes the result.
   *
   * @throws HunyuanVideoException if it fails; the class says whether memory was short
   */
  IValue run(String method, IValue... values) {
    try {
      // PyTorch keeps this switch per thread. Its profiling executor would make the first calls for
      // each new shape slow.
      JniUtils.setGraphExecutorOptimize(false);
      return IValueUtils.runMethod(module, method, values);
    } catch (EngineException e) {
      throw EngineFailure.of(name + "." + method, engine.device(), e);
    }
  }

  /** Releases the compiled program; the engine would do so at its end. */
  @Override
  public void close() {
    module.close();
  }
}
