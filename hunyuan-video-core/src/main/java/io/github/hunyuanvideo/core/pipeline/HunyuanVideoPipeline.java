package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.Generation;
import io.github.hunyuanvideo.api.GenerationListener;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.NoiseSource;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.VideoGenerator;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.Scheduler;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import io.github.hunyuanvideo.core.text.PromptTemplate;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.video.FfmpegVideoEncoder;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HunyuanVideo in this JVM: prompts in, videos out, from the checkpoints that Tencent published.
 *
 * <pre>{@code
 * try (HunyuanVideoPipeline pipeline = HunyuanVideoPipeline.open(Path.of("ckpts"))) {
 *   pipeline.generate("A cat walks on the grass, realistic style.").save(Path.of("cat.mp4"));
 * }
 * }</pre>
 *
 * <p>Opening reads headers and configurations only and refuses a checkpoint that is incomplete or
 * malformed; weights are mapped when they are used. A pipeline computes on one thread of its own
 * and may be called from any; generations run one after the other, in the order of the calls.
 */
public final class HunyuanVideoPipeline implements VideoGenerator {

  private static final Logger log = LoggerFactory.getLogger(HunyuanVideoPipeline.class);

  private final PipelineThread thread;
  private final PipelineParts parts;
  private final PreviewSource previews;

  private HunyuanVideoPipeline(PipelineThread thread, PipelineParts parts) {
    this.thread = thread;
    this.parts = parts;
    this.previews = new PreviewSource(parts.slots());
  }

  /**
   * Opens the checkpoints in a folder with the default settings: on the CPU, one stage in memory at
   * a time.
   *
   * @param checkpoints the folder that the official program calls {@code ckpts}
   * @return a pipeline, to be closed by the caller
   * @throws io.github.hunyuanvideo.api.CheckpointException if a file is missing or malformed; the
   *     message names it and says how to get it
   * @throws io.github.hunyuanvideo.api.NativeLibraryException if natives are missing or do not fit
   */
  public static HunyuanVideoPipeline open(Path checkpoints) {
    return builder().checkpoints(checkpoints).build();
  }

  /**
   * Starts a pipeline with settings of the caller's own.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Generation submit(VideoRequest request, GenerationListener listener) {
    return new PipelineGeneration(onPath(listener, path -> path.videos(request)));
  }

  @Override
  public void generate(VideoRequest request, FrameSink sink, GenerationListener listener) {
    if (request.videos() != 1) {
      throw new IllegalArgumentException(
          "a sink takes 1 video, the request asks for %d; call it once for each"
              .formatted(request.videos()));
    }
    var unused =
        onPath(
                listener,
                path -> {
                  path.frames(request, sink);
                  return sink;
                })
            .joinToTheEnd();
  }

  @Override
  public PromptEmbeddings encode(String prompt, Medium medium) {
    return onPath(
            GenerationListener.none(), path -> path.embeddings(new Prompt(prompt.strip(), medium)))
        .join();
  }

  @Override
  public List<Latents> denoise(VideoRequest request, GenerationListener listener) {
    return onPath(listener, path -> path.latents(request)).join();
  }

  @Override
  public Video decode(Latents latents, GenerationListener listener) {
    return onPath(listener, path -> path.video(latents)).join();
  }

  private <T> PipelineThread.Task<T> onPath(
      GenerationListener listener, Function<GenerationPath, T> work) {
    return thread.submit(
        cancellation ->
            work.apply(
                new GenerationPath(
                    parts, previews, new Run(parts.engine(), listener, cancellation))));
  }

  /**
   * How many tensors are open in native memory. Between generations it is the number that kept
   * stages hold, and does not grow.
   *
   * @return 0 or more
   */
  public long openTensors() {
    return parts.engine().openTensors();
  }

  @Override
  public void close() {
    thread.shutDown(parts::close);
  }

  /** Makes a {@link HunyuanVideoPipeline}. */
  public static final class Builder {

    private final Map<Stage, Precision> precisions = new EnumMap<>(Stage.class);
    private @Nullable CheckpointTree tree;
    private ComputeDevice device = ComputeDevice.cpu();
    private OffloadMode offload = OffloadMode.MODEL;
    private VaeTiling tiling = VaeTiling.official();
    private NoiseSource noise = NoiseSource.CPU;
    private LlamaOptions llama = LlamaOptions.official();
    private @Nullable PromptTemplate videoTemplate;
    private @Nullable PromptTemplate imageTemplate;
    private OptionalDouble ropeTheta = OptionalDouble.empty();
    private Scheduler scheduler = FlowMatchingScheduler.euler();
    private VideoEncoder encoder = FfmpegVideoEncoder.create();
    private @Nullable TextEncoder textEncoder;
    private @Nullable TextEncoder textEncoder2;
    private @Nullable Transformer transformer;
    private @Nullable Vae vae;
    private TencentLicence licence = TencentLicence.ofPublishedWeights();

    private Builder() {}

    /**
     * Where the checkpoints lie. Not needed if every stage is given.
     *
     * @param folder the folder that the official program calls {@code ckpts}
     * @return this builder
     */
    public Builder checkpoints(Path folder) {
      return checkpoints(CheckpointTree.at(folder));
    }

    /**
     * Where the checkpoints lie, with parts of the tree taken from elsewhere.
     *
     * @param checkpointTree the tree
     * @return this builder
     */
    public Builder checkpoints(CheckpointTree checkpointTree) {
      this.tree = Objects.requireNonNull(checkpointTree, "checkpoints");
      return this;
    }

    /**
     * What to compute on.
     *
     * @param computeDevice default {@link ComputeDevice#cpu()}
     * @return this builder
     */
    public Builder device(ComputeDevice computeDevice) {
      this.device = Objects.requireNonNull(computeDevice, "device");
      return this;
    }

    /**
     * What every stage computes in. The default suits the device: on the CPU bf16 where the
     * processor has it, otherwise fp32; on a GPU bf16 for the transformer and fp16 for the others.
     *
     * @param precision for all stages
     * @return this builder
     */
    public Builder precision(Precision precision) {
      for (Stage stage : Stage.values()) {
        precision(stage, precision);
      }
      return this;
    }

    /**
     * What one stage computes in. The text encoder's choice also is what the initial noise is
     * rounded to, as in the official program; without one that is fp16.
     *
     * @param stage which
     * @param precision for it
     * @return this builder
     */
    public Builder precision(Stage stage, Precision precision) {
      precisions.put(stage, Objects.requireNonNull(precision, "precision"));
      return this;
    }

    /**
     * How long weights stay in memory.
     *
     * @param mode default {@link OffloadMode#MODEL}
     * @return this builder
     */
    public Builder offload(OffloadMode mode) {
      this.offload = Objects.requireNonNull(mode, "offload");
      return this;
    }

    /**
     * How the VAE cuts videos into tiles.
     *
     * @param vaeTiling default {@link VaeTiling#official()}
     * @return this builder
     */
    public Builder vaeTiling(VaeTiling vaeTiling) {
      this.tiling = Objects.requireNonNull(vaeTiling, "vaeTiling");
      return this;
    }

    /**
     * Where the initial noise is drawn.
     *
     * @param source default {@link NoiseSource#CPU}, which gives the same noise on every device
     * @return this builder
     */
    public Builder noise(NoiseSource source) {
      this.noise = Objects.requireNonNull(source, "noise");
      return this;
    }

    /**
     * The words around a prompt for a video.
     *
     * @param template with one {@code {}} where the prompt goes; default {@link
     *     PromptTemplate#video()}
     * @return this builder
     * @throws IllegalArgumentException if there is not exactly one place
     */
    public Builder videoTemplate(String template) {
      this.videoTemplate = PromptTemplate.of(template);
      return this;
    }

    /**
     * The words around a prompt for an image.
     *
     * @param template with one {@code {}} where the prompt goes; default {@link
     *     PromptTemplate#image()}
     * @return this builder
     * @throws IllegalArgumentException if there is not exactly one place
     */
    public Builder imageTemplate(String template) {
      this.imageTemplate = PromptTemplate.of(template);
      return this;
    }

    /**
     * What of the language model's states is used.
     *
     * @param options default {@link LlamaOptions#official()}; their templates yield to those of
     *     {@link #videoTemplate} and {@link #imageTemplate}
     * @return this builder
     */
    public Builder text(LlamaOptions options) {
      this.llama = Objects.requireNonNull(options, "text");
      return this;
    }

    /**
     * The base of the transformer's rotary frequencies.
     *
     * @param theta default is the checkpoint's, 256
     * @return this builder
     * @throws IllegalArgumentException if it is not greater than 1
     */
    public Builder ropeTheta(double theta) {
      if (!(theta > 1 && theta <= 1e9)) {
        throw new IllegalArgumentException(
            "ropeTheta must be greater than 1, got %s; the model was trained with 256"
                .formatted(theta));
      }
      this.ropeTheta = OptionalDouble.of(theta);
      return this;
    }

    /**
     * Chooses the points between noise and data.
     *
     * @param ownScheduler default {@link FlowMatchingScheduler#euler()}
     * @return this builder
     */
    public Builder scheduler(Scheduler ownScheduler) {
      this.scheduler = Objects.requireNonNull(ownScheduler, "scheduler");
      return this;
    }

    /**
     * Takes the place of the language model.
     *
     * @param ownEncoder gives a sequence; stays with the caller, who closes it after the pipeline
     * @return this builder
     */
    public Builder textEncoder(TextEncoder ownEncoder) {
      this.textEncoder = Objects.requireNonNull(ownEncoder, "textEncoder");
      return this;
    }

    /**
     * Takes the place of CLIP.
     *
     * @param ownEncoder gives a pooled embedding; stays with the caller, who closes it after the
     *     pipeline
     * @return this builder
     */
    public Builder textEncoder2(TextEncoder ownEncoder) {
      this.textEncoder2 = Objects.requireNonNull(ownEncoder, "textEncoder2");
      return this;
    }

    /**
     * Takes the place of the transformer.
     *
     * @param ownTransformer stays with the caller, who closes it after the pipeline
     * @return this builder
     */
    public Builder transformer(Transformer ownTransformer) {
      this.transformer = Objects.requireNonNull(ownTransformer, "transformer");
      return this;
    }

    /**
     * Takes the place of the VAE.
     *
     * @param ownVae stays with the caller, who closes it after the pipeline
     * @return this builder
     */
    public Builder vae(Vae ownVae) {
      this.vae = Objects.requireNonNull(ownVae, "vae");
      return this;
    }

    /**
     * Writes the files of {@link Video#save}.
     *
     * @param ownEncoder default {@link FfmpegVideoEncoder#create()}
     * @return this builder
     */
    public Builder videoEncoder(VideoEncoder ownEncoder) {
      this.encoder = Objects.requireNonNull(ownEncoder, "videoEncoder");
      return this;
    }

    /**
     * Opens the pipeline.
     *
     * @return a pipeline, to be closed by the caller
     * @throws IllegalArgumentException if a stage is neither given nor in a checkpoint
     * @throws io.github.hunyuanvideo.api.CheckpointException if a file is missing or malformed
     * @throws io.github.hunyuanvideo.api.NativeLibraryException if natives are missing or do not
     *     fit, or the device cannot be computed on
     * @throws io.github.hunyuanvideo.api.GenerationCancelledException if this thread is
     *     interrupted; what was opened is closed again
     */
    public HunyuanVideoPipeline build() {
      StageWiring wiring = wiring();
      ComputeBackend.requireFor(device);
      PipelineThread thread = new PipelineThread("hunyuan-video");
      PipelineThread.Task<PipelineParts> opening = thread.submit(cancellation -> parts(wiring));
      boolean whole = false;
      try {
        PipelineParts opened = opening.join();
        whole = true;
        return new HunyuanVideoPipeline(thread, opened);
      } finally {
        if (!whole) {
          thread.shutDown(() -> opening.result().ifPresent(PipelineParts::close));
        }
      }
    }

    private PipelineParts parts(StageWiring wiring) {
      TorchEngine engine = TorchEngine.start(device);
      boolean whole = false;
      try {
        PipelineParts opened =
            new PipelineParts(
                engine,
                wiring.slots(engine, log),
                scheduler,
                new InitialNoise(noise, wiring.settings().precisions().ofNoise()),
                encoder);
        log.info("Opened a pipeline on {} with {}", device, engine.natives());
        whole = true;
        return opened;
      } finally {
        if (!whole) {
          engine.close();
        }
      }
    }

    /**
     * Opens every stage of the checkpoint as {@link #build()} does, closes it, and says what was
     * found: what its weights would take, or why it cannot be opened. Unlike building it does not
     * end at the first stage that cannot. Weights are not loaded.
     *
     * @return the stages that the caller did not give, in the order in which they run
     * @throws IllegalArgumentException if a stage is neither given nor in a checkpoint
     * @throws io.github.hunyuanvideo.api.NativeLibraryException if natives are missing or do not
     *     fit, or the device cannot be computed on
     */
    public List<StageInspection> inspect() {
      StageWiring wiring = wiring();
      ComputeBackend.requireFor(device);
      try (TorchEngine engine = TorchEngine.start(device)) {
        return wiring.inspect(engine);
      }
    }

    private StageWiring wiring() {
      LlamaOptions withTemplates =
          new LlamaOptions(
              videoTemplate == null ? llama.videoTemplate() : videoTemplate,
              imageTemplate == null ? llama.imageTemplate() : imageTemplate,
              llama.tokens(),
              llama.skippedLayers(),
              llama.finalNorm());
      return new StageWiring(
          new StageWiring.OwnStages(textEncoder, textEncoder2, transformer, vae),
          tree,
          new StageSettings(
              new PrecisionChoice(precisions), offload, withTemplates, ropeTheta, tiling, licence));
    }

    /** For tests, whose models are smaller than the published one. */
    Builder licence(TencentLicence ofWeights) {
      this.licence = ofWeights;
      return this;
    }
  }
}
