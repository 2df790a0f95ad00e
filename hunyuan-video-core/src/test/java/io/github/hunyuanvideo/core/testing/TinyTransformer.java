package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.transformer.HunyuanTransformer;
import io.github.hunyuanvideo.core.transformer.TransformerConfig;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightResidency;
import io.github.hunyuanvideo.core.weights.WeightStore;

/** The tiny transformer of the golden data. */
public final class TinyTransformer {

  private TinyTransformer() {}

  /** Its weights alone, to be closed by the caller. */
  public static WeightStore weights(TorchEngine engine, Precision precision) {
    TensorSource source = source();
    return store(engine, source, config(source), precision);
  }

  /** Its configuration. */
  public static TransformerConfig config() {
    return config(source());
  }

  private static TensorSource source() {
    return Safetensors.openFile(Golden.path("tiny-variants/transformer_single.safetensors"), "");
  }

  private static TransformerConfig config(TensorSource source) {
    String file = "tiny-ckpts/hunyuan-video-t2v-720p/transformers/config.json";
    return TransformerConfig.of(ConfigFile.read(Golden.path(file), ""), source);
  }

  private static WeightStore store(
      TorchEngine engine, TensorSource source, TransformerConfig config, Precision precision) {
    return ModelWeights.of(source, config.layout(), name -> false)
        .open(engine, ScalarType.of(precision), WeightResidency.KEEP);
  }

  public static HunyuanTransformer distilled(TorchEngine engine, Precision precision) {
    TensorSource source = source();
    TransformerConfig config = config(source);
    return HunyuanTransformer.of(
        engine, store(engine, source, config, precision), config, precision);
  }

  public static HunyuanTransformer open(
      TorchEngine engine, TensorSource source, String config, Precision precision) {
    TransformerConfig size = TransformerConfig.of(ConfigFile.read(Golden.path(config), ""), source);
    return HunyuanTransformer.of(engine, store(engine, source, size, precision), size, precision);
  }
}
