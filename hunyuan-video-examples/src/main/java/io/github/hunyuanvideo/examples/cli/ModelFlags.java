package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NoiseSource;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import io.github.hunyuanvideo.core.text.PromptTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that decide how a pipeline is opened. Names and defaults are the official program's. */
final class ModelFlags {

  private static final String IMAGE_TEMPLATE = "dit-llm-encode";
  private static final String VIDEO_TEMPLATE = "dit-llm-encode-video";

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda or cuda:N; default cpu")
  private String device = "cpu";

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "what the transformer computes in: fp32, fp16 or bf16; the default suits the device")
  private @Nullable String precision;

  @Option(names = "--vae-precision", paramLabel = "P", description = "what the VAE computes in")
  private @Nullable String vaePrecision;

  @Option(
      names = "--text-encoder-precision",
      paramLabel = "P",
      description =
          "what the language model computes in, and what the initial noise is rounded to; noise is rounded to fp16 if it is left out")
  private @Nullable String textEncoderPrecision;

  @Option(
      names = "--text-encoder-precision-2",
      paramLabel = "P",
      description = "what CLIP computes in")
  private @Nullable String textEncoderPrecision2;

  @Option(
      names = "--vae-tiling",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "whether the VAE works in tiles; default true, as in the official program, where it cannot be switched off")
  private boolean vaeTiling = true;

  @Option(
      names = "--flow-reverse",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "from noise to data, which the released weights need; default true here, false in the official program")
  private boolean flowReverse = true;

  @Option(
      names = "--rope-theta",
      paramLabel = "N",
      description =
          "base of the transformer's rotary frequencies; default is the checkpoint's, 256")
  private @Nullable Double ropeTheta;

  @Option(
      names = "--text-len",
      paramLabel = "N",
      description = "how many tokens of a prompt are read; default 256")
  private int textLen = 256;

  @Option(
      names = "--prompt-template",
      paramLabel = "NAME|TEXT",
      description =
          "words around a prompt for an image: dit-llm-encode, or a text with {} where the prompt goes")
  private String promptTemplate = IMAGE_TEMPLATE;

  @Option(
      names = "--prompt-template-video",
      paramLabel = "NAME|TEXT",
      description = "words around a prompt for a video: dit-llm-encode-video, or a text with {}")
  private String promptTemplateVideo = VIDEO_TEMPLATE;

  @Option(
      names = "--hidden-state-skip-layer",
      paramLabel = "N",
      description =
          "how many layers before its end the language model's states are taken; default 2")
  private int hiddenStateSkipLayer = 2;

  @Option(
      names = "--apply-final-norm",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "whether the language model's final norm is applied to these states; default false")
  private boolean applyFinalNorm;

  @Option(
      names = "--use-cpu-offload",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "hold one stage's weights at a time; always so here")
  private boolean cpuOffload = true;

  @Option(
      names = "--noise-device",
      paramLabel = "cpu|cuda",
      description =
          "whose generator draws the initial noise: cpu, the default, gives the same video on every device; cuda gives the official program's for its seeds on a GPU")
  private String noiseDevice = "cpu";

  /** What to compute on. */
  ComputeDevice device() {
    return FlagValue.read("--device", device, ComputeDevice::parse);
  }

  /** How long a stage's weights stay in memory. */
  OffloadMode offload() {
    return cpuOffload ? OffloadMode.MODEL : OffloadMode.NONE;
  }

  /** Settles everything but the checkpoint. */
  HunyuanVideoPipeline.Builder apply(HunyuanVideoPipeline.Builder pipeline) {
    ComputeDevice on = device();
    choose(pipeline, Stage.TRANSFORMER, "--precision", precision);
    choose(pipeline, Stage.VAE, "--vae-precision", vaePrecision);
    choose(pipeline, Stage.TEXT_ENCODER, "--text-encoder-precision", textEncoderPrecision);
    choose(pipeline, Stage.TEXT_ENCODER_2, "--text-encoder-precision-2", textEncoderPrecision2);
    FlagValue.pass("--rope-theta", ropeTheta, pipeline::ropeTheta);
    return pipeline
        .device(on)
        .noise(noiseSource(on))
        .offload(offload())
        .vaeTiling(vaeTiling ? VaeTiling.official() : VaeTiling.off())
        .scheduler(FlowMatchingScheduler.euler(flowReverse))
        .text(
            new LlamaOptions(
                FlagValue.read(
                    "--prompt-template-video", promptTemplateVideo, ModelFlags::template),
                FlagValue.read("--prompt-template", promptTemplate, ModelFlags::template),
                textLen,
                hiddenStateSkipLayer,
                applyFinalNorm));
  }

  private static void choose(
      HunyuanVideoPipeline.Builder pipeline, Stage stage, String flag, @Nullable String label) {
    FlagValue.pass(flag, label, name -> pipeline.precision(stage, Precision.parse(name)));
  }

  private NoiseSource noiseSource(ComputeDevice on) {
    ComputeDevice source = FlagValue.read("--noise-device", noiseDevice, ComputeDevice::parse);
    if (source.isGpu() && !on.isGpu()) {
      throw new IllegalArgumentException(
          "--noise-device %s needs --device %s; noise is drawn on the CPU or on the device that computes"
              .formatted(noiseDevice, noiseDevice));
    }
    return source.isGpu() ? NoiseSource.DEVICE : NoiseSource.CPU;
  }

  private static PromptTemplate template(String nameOrText) {
    return switch (nameOrText) {
      case VIDEO_TEMPLATE -> PromptTemplate.video();
      case IMAGE_TEMPLATE -> PromptTemplate.image();
      default -> PromptTemplate.of(nameOrText);
    };
  }
}
