package io.github.hunyuanvideo.core.testing;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.DenoisingContext;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.TransformerProfile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/** Another transformer, with a record of what it was given and of what it predicted. */
public final class RecordingTransformer implements Transformer {

  /**
   * A prediction.
   *
   * @param branch under which condition
   * @param velocity before guidance
   */
  public record Prediction(Branch branch, FloatTensor velocity) {}

  /**
   * One video.
   *
   * @param texts what the transformer was given, by branch
   * @param embeddedGuidance the scale that it was given
   * @param predictions in the order of the calls; grows while the video is generated
   */
  public record Recorded(
      Map<Branch, PromptEmbeddings> texts,
      OptionalDouble embeddedGuidance,
      List<Prediction> predictions) {

    /** The text of a branch that the video has. */
    public PromptEmbeddings text(Branch branch) {
      return Objects.requireNonNull(texts.get(branch), branch::name);
    }
  }

  private final Transformer transformer;
  private final List<Recorded> videos = new ArrayList<>();

  /** Records a transformer, and closes it when it is closed. */
  public RecordingTransformer(Transformer transformer) {
    this.transformer = transformer;
  }

  /** All videos so far. */
  public List<Recorded> videos() {
    return List.copyOf(videos);
  }

  @Override
  public TransformerProfile profile() {
    return transformer.profile();
  }

  @Override
  public Denoising begin(DenoisingContext context) {
    Map<Branch, PromptEmbeddings> texts = new EnumMap<>(Branch.class);
    context
        .conditioning()
        .forEach(
            (branch, text) ->
                texts.put(
                    branch,
                    PromptEmbeddings.of(HeapCopy.of(text.sequence()), HeapCopy.of(text.pooled()))));
    Recorded recorded = new Recorded(texts, context.embeddedGuidance(), new ArrayList<>());
    videos.add(recorded);
    return recording(transformer.begin(context), recorded);
  }

  private static Denoising recording(Denoising denoising, Recorded recorded) {
    return new Denoising() {
      @Override
      public NDArray velocity(NDArray latents, Timestep timestep, Branch branch) {
        NDArray velocity = denoising.velocity(latents, timestep, branch);
        recorded.predictions().add(new Prediction(branch, HeapCopy.of(velocity)));
        return velocity;
      }

      @Override
      public void close() {
        denoising.close();
      }
    };
  }

  @Override
  public void close() {
    transformer.close();
  }
}
