package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.TorchEngine;
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
        engine,
        Safetensors.open(folder, List.of("model"), ""),
        ConfigFile.read(folder.resolve("config.json"), ""),
        Vocabulary.of(new CheckpointFile(folder.resolve("tokenizer.json"), "")),
        options,
        precision,
        WeightResidency.RELEASE);
  }

  static ClipTextEncoder clip(TorchEngine engine, Precision precision) {
    Path folder = Golden.path("tiny-ckpts/text_encoder_2");
    return ClipTextEncoder.open(
        engine,
        Safetensors.open(folder, List.of("model"), ""),
        ConfigFile.read(folder.resolve("config.json"), ""),
        Vocabulary.of(new CheckpointFile(folder.resolve("tokenizer.json"), "")),
        precision,
        WeightResidency.RELEASE);
  }
}
