package io.github.hunyuanvideo.core.transformer;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Conditioning;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.DenoisingContext;
import io.github.hunyuanvideo.api.stage.LatentShape;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.ProjectedText;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One generation: owns the positions and whatever of the conditioning does not depend on the time.
 */
final class HunyuanDenoising implements Denoising {

  private final HunyuanTransformer model;
  private final TransformerProgram program;
  private final TokenRefiner refiner;
  private final StageContext stage;
  private final TensorScope owned = new TensorScope();
  private final long[] grid;
  private final Tensor rotation;
  private final @Nullable Tensor guidance;
  private final Map<Branch, TimelessCondition> conditions = new EnumMap<>(Branch.class);

  /**
   * A branch's condition before the time is added.
   *
   * @param text projected tokens, and the vector of their mean
   * @param pooled the embedded pooled text (1, D)
   */
  private record TimelessCondition(ProjectedText text, Tensor pooled) {}

  private HunyuanDenoising(
      HunyuanTransformer model, DenoisingContext context, @Nullable Tensor guidanceValue) {
    this.model = model;
    this.program = model.program();
    this.refiner = new TokenRefiner(model);
    this.stage = context.stage();
    LatentShape shape = context.shape();
    this.grid = new long[] {shape.frames(), shape.height() / 2, shape.width() / 2};
    boolean whole = false;
    try {
      this.rotation = owned.own(model.positions().table(model.engine(), grid, model.device()));
      this.guidance = guidanceValue == null ? null : owned.own(embedGuidance(guidanceValue));
      context.conditioning().forEach(this::embed);
      whole = true;
    } finally {
      if (!whole) {
        owned.close();
      }
    }
  }

  /**
   * Starts a generation.
   *
   * @param guidanceValue what the guidance embedder is given, (1); null for models without one
   */
  static HunyuanDenoising begin(
      HunyuanTransformer model, DenoisingContext context, @Nullable Tensor guidanceValue) {
    return new HunyuanDenoising(model, context, guidanceValue);
  }

  private Tensor embedGuidance(Tensor value) {
    return model.with(
        TransformerConfig.GUIDANCE, w -> program.embedValue(value, w.tensors(), "mlp"));
  }

  private void embed(Branch branch, Conditioning conditioning) {
    try (Tensor sequence = model.engine().view(conditioning.sequence(), "the text's embeddings");
        Tensor pooled = model.engine().view(conditioning.pooled(), "the pooled embedding");
        Tensor pooledTyped = pooled.to(model.type())) {
      requireWidth(sequence, 3, model.config().textWidth(), "the text's embeddings");
      requireWidth(pooled, 2, model.config().pooledWidth(), "the pooled embedding");
      ProjectedText text = refiner.project(sequence);
      owned.own(text.tokens());
      owned.own(text.vector());
      Tensor vector =
          owned.own(model.with("vector_in", w -> program.embedPooled(pooledTyped, w.tensors())));
      conditions.put(branch, new TimelessCondition(text, vector));
    }
  }

  private static void requireWidth(Tensor tensor, int rank, int width, String what) {
    if (tensor.rank() != rank || tensor.length(0) != 1 || tensor.length(-1) != width) {
      throw new IllegalArgumentException(
          "the transformer takes %s of width %d, with a batch of 1; got %s"
              .formatted(what, width, tensor));
    }
  }

  @Override
  public NDArray velocity(NDArray latents, Timestep timestep, Branch branch) {
    TimelessCondition condition = conditions.get(branch);
    if (condition == null) {
      throw new IllegalArgumentException("this generation has no branch " + branch);
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor time = scope.own(model.engine().tensor(new float[] {timestep.value()}, 1));
      Tensor vector = scope.own(conditioningVector(time, condition));
      Tensor x = scope.own(model.engine().view(latents, "latents"));
      Tensor tokens = scope.own(tokens(x, time, vector, condition));
      Tensor image = scope.own(program.imageTokens(tokens, imageTokens()));
      return model
          .with("final_layer", w -> program.finalLayer(image, vector, w.tensors(), grid))
          .releaseNdArray();
    }
  }

  private Tensor tokens(Tensor latents, Tensor time, Tensor vector, TimelessCondition condition) {
    Tensor text = refiner.refine(condition.text(), time, stage::checkCancelled);
    Tensor image = null;
    try {
      image = model.with("img_in", w -> program.embedPatches(latents, w.tensors()));
    } finally {
      if (image == null) {
        text.close();
      }
    }
    TokenLayout layout = new TokenLayout(grid[1] * grid[2], imageTokens(), text.length(1));
    return model.throughBlocks(
        image, text, new BlockInputs(vector, rotation, layout, stage::checkCancelled));
  }

  /** Time, pooled text and guidance, added in the order of the official code. */
  private Tensor conditioningVector(Tensor time, TimelessCondition condition) {
    try (Tensor embedded =
        model.with("time_in", w -> program.embedValue(time, w.tensors(), "mlp"))) {
      Tensor vector = program.add(embedded, condition.pooled());
      if (guidance == null) {
        return vector;
      }
      try (vector) {
        return program.add(vector, guidance);
      }
    }
  }

  private long imageTokens() {
    return grid[0] * grid[1] * grid[2];
  }

  @Override
  public void close() {
    owned.close();
  }
}
