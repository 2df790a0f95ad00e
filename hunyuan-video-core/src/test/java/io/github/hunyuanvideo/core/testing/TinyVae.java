package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.vae.CausalVae;
import io.github.hunyuanvideo.core.vae.VaeConfig;
import io.github.hunyuanvideo.core.weights.ModelWeights;
import io.github.hunyuanvideo.core.weights.WeightResidency;
import java.nio.file.Path;

/** The tiny VAE of the golden data. */
public final class TinyVae {

  /** The tiles that the golden data were made with. */
  public static final VaeTiling GOLDEN_TILES = VaeTiling.of(32, 16, 0.25);

  private TinyVae() {}

  public static CausalVae open(TorchEngine engine, Precision precision, VaeTiling tiling) {
    Path folder = Golden.path("tiny-ckpts/hunyuan-video-t2v-720p/vae");
    TensorSource source = Safetensors.openFile(folder.resolve("pytorch_model.safetensors"), "");
    VaeConfig config = VaeConfig.of(ConfigFile.read(folder.resolve("config.json"), ""));
    return CausalVae.of(
        engine,
        ModelWeights.of(source, config.layout(), name -> false)
            .open(engine, ScalarType.of(precision), WeightResidency.KEEP),
        config,
        precision,
        tiling);
  }
}
