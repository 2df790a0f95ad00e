package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.weights.StoredWeights;
import io.github.hunyuanvideo.core.weights.WeightResidency;
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
    return LlamaTextEncoder.open(
        stored(engine, folder, precision),
        ConfigFile.read(folder.resolve("config.json"), ""),
        Vocabulary.of(new CheckpointFile(folder.resolve("tokenizer.json"), "")),
        options);
  }

  static ClipTextEncoder clip(TorchEngine engine, Precision precision) {
    Path folder = Golden.path("tiny-ckpts/text_encoder_2");
    return ClipTextEncoder.open(
        stored(engine, folder, precision),
        ConfigFile.read(folder.resolve("config.json"), ""),
        Vocabulary.of(new CheckpointFile(folder.resolve("tokenizer.json"), "")));
  }

  private static StoredWeights stored(TorchEngine engine, Path folder, Precision precision) {
    return new StoredWeights(
        engine,
        Safetensors.open(folder, List.of("model"), ""),
        ScalarType.of(precision),
        WeightResidency.RELEASE);
  }
}
