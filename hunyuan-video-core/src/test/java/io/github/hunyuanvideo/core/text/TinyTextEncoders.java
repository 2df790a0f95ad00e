package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightResidency;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.nio.file.Path;
import java.util.List;

/** The tiny text encoders of the golden data. */
final class TinyTextEncoders {

  private TinyTextEncoders() {}

  static LlamaTextEncoder llama(TorchEngine engine, LlamaOptions options, Precision precision) {
    return llama(engine, Golden.path("tiny-ckpts/text_encoder"), options, precision);
  }

  static LlamaTextEncoder llama(
      TorchEngine engine, Path folder, LlamaOptions options, Precision precision) {
    LlamaConfig config = LlamaConfig.of(ConfigFile.read(folder.resolve("config.json"), ""));
    return LlamaTextEncoder.of(
        engine,
        open(engine, LlamaTextEncoder.weights(source(folder), config, options), precision),
        config,
        vocabulary(folder),
        options,
        precision);
  }

  static ClipTextEncoder clip(TorchEngine engine, Precision precision) {
    Path folder = Golden.path("tiny-ckpts/text_encoder_2");
    ClipConfig config = ClipConfig.of(ConfigFile.read(folder.resolve("config.json"), ""));
    return ClipTextEncoder.of(
        engine,
        open(engine, ClipTextEncoder.weights(source(folder), config), precision),
        config,
        vocabulary(folder),
        precision);
  }

  private static TensorSource source(Path folder) {
    return Safetensors.open(folder, List.of("model"), "");
  }

  private static Vocabulary vocabulary(Path folder) {
    return Vocabulary.of(new CheckpointFile(folder.resolve("tokenizer.json"), ""));
  }

  private static WeightStore open(TorchEngine engine, ModelWeights weights, Precision precision) {
    return weights.open(engine, ScalarType.of(precision), WeightResidency.RELEASE);
  }
}
