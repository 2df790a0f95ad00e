package io.github.hunyuanvideo.api.stage;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What stays the same over the steps of one generation.
 *
 * @param shape the latents' size
 * @param conditioning by branch; the positive one is always there, the negative one with
 *     classifier-free guidance. The arrays stay with the pipeline, which keeps them open until the
 *     generation has ended.
 * @param embeddedGuidance the guidance scale for models that take it as an input, for example 6;
 *     empty if the caller gave none
 * @param stage where to create arrays, and whether to stop
 */
public record DenoisingContext(
    LatentShape shape,
    Map<Branch, Conditioning> conditioning,
    OptionalDouble embeddedGuidance,
    StageContext stage) {

  /**
   * Keeps a copy of the map and checks that the positive branch is there.
   *
   * @throws IllegalArgumentException if it is not
   */
  public DenoisingContext {
    conditioning = Map.copyOf(conditioning);
    if (!conditioning.containsKey(Branch.POSITIVE)) {
      throw new IllegalArgumentException("the positive branch needs a conditioning");
    }
  }
}
