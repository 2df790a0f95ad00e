package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one engine on the CPU, started once and closed after the last test. */
public final class EngineExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(EngineExtension.class);

  private record Held(TorchEngine engine) implements AutoCloseable {
    @Override
    public void close() {
      engine.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TorchEngine.class;
  }

  @Override
  public TorchEngine resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Held.class, key -> new Held(TorchEngine.start(ComputeDevice.cpu())), Held.class)
        .engine();
  }
}
