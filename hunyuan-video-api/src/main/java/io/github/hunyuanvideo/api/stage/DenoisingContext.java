package io.github.hunyuanvideo.api.stage;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What stays the same over the steps of one generation. Made by the pipeline; a transformer that
 * passes a generation on to another one hands its context on.
 */
public final class DenoisingContext {

  private final LatentShape shape;
  private final Map<Branch, Conditioning> conditioning;
  private final OptionalDouble embeddedGuidance;
  private final StageContext stage;

  private DenoisingContext(
      LatentShape shape,
      Map<Branch, Conditioning> conditioning,
      OptionalDouble embeddedGuidance,
      StageContext stage) {
    this.shape = shape;
    this.conditioning = Map.copyOf(conditioning);
    this.embeddedGuidance = embeddedGuidance;
    this.stage = stage;
  }

  /**
   * The context of a generation from text.
   *
   * @param shape the latents' size
   * @param conditioning by branch
   * @param embeddedGuidance the guidance scale for models that take it as an input; empty for none
   * @param stage where to create arrays, and whether to stop
   * @return a context with a copy of the map
   * @throws IllegalArgumentException if the positive branch has no conditioning
   */
  public static DenoisingContext of(
      LatentShape shape,
      Map<Branch, Conditioning> conditioning,
      OptionalDouble embeddedGuidance,
      StageContext stage) {
    if (!conditioning.containsKey(Branch.POSITIVE)) {
      throw new IllegalArgumentException("the positive branch needs a conditioning");
    }
    return new DenoisingContext(shape, conditioning, embeddedGuidance, stage);
  }

  /**
   * The latents' size.
   *
   * @return {@code (1, C, T, h, w)}
   */
  public LatentShape shape() {
    return shape;
  }

  /**
   * What steers each branch: the positive one always, the negative one with classifier-free
   * guidance.
   *
   * @return arrays that stay with the pipeline, which keeps them open until the generation has
   *     ended
   */
  public Map<Branch, Conditioning> conditioning() {
    return conditioning;
  }

  /**
   * The guidance scale for models that take it as an input.
   *
   * @return for example 6; empty if the caller gave none
   */
  public OptionalDouble embeddedGuidance() {
    return embeddedGuidance;
  }

  /**
   * Where to create arrays, and whether to stop.
   *
   * @return the surroundings of the whole generation
   */
  public StageContext stage() {
    return stage;
  }
}
