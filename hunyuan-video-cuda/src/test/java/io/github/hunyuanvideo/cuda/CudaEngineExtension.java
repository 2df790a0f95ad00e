package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives tests one engine on a GPU, or has them skipped with the reason why there is none. The
 * system property {@code hunyuanvideo.test.device} chooses another device than {@code cuda:0}; with
 * {@code cpu} the tests themselves are tested where there is no GPU.
 */
final class CudaEngineExtension implements ExecutionCondition, ParameterResolver {

  private static final Logger log = LoggerFactory.getLogger(CudaEngineExtension.class);

  private static final Namespace NAMESPACE = Namespace.create(CudaEngineExtension.class);

  private record Held(TorchEngine engine) implements AutoCloseable {
    @Override
    public void close() {
      engine.close();
    }
  }

  /** What the tests compute on. */
  static ComputeDevice device() {
    return ComputeDevice.parse(System.getProperty("hunyuanvideo.test.device", "cuda:0"));
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            ConditionEvaluationResult.class, key -> condition(), ConditionEvaluationResult.class);
  }

  private static ConditionEvaluationResult condition() {
    try {
      ComputeBackend.requireFor(device());
      return ConditionEvaluationResult.enabled("computed on " + device());
    } catch (NativeLibraryException e) {
      // The build's console shows no reasons.
      log.warn("Tests that compute on {} are skipped: {}", device(), e.getMessage());
      return ConditionEvaluationResult.disabled("skipped: " + e.getMessage());
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
        .getOrComputeIfAbsent(Held.class, key -> new Held(TorchEngine.start(device())), Held.class)
        .engine();
  }
}
