package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.stage.Vae;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits the preview to the pipeline's VAE when somebody first looks at one. Used by the pipeline's
 * thread alone.
 */
final class PreviewSource {

  private static final Logger log = LoggerFactory.getLogger(PreviewSource.class);

  private final StageSlots slots;
  private boolean looked;
  private @Nullable LatentPreview fitted;

  PreviewSource(StageSlots slots) {
    this.slots = slots;
  }

  /** The preview; none if the VAE cannot encode. */
  Optional<LatentPreview> get(Run run) {
    if (!looked) {
      fitted = slots.vae().use(vae -> fit(vae, run));
      looked = true;
    }
    return Optional.ofNullable(fitted);
  }

  private static @Nullable LatentPreview fit(Vae vae, Run run) {
    try (RunContext context = run.context()) {
      return LatentPreview.fit(run.engine(), vae, context);
    } catch (UnsupportedOperationException e) {
      log.info("There are no previews, since the VAE cannot encode");
      return null;
    }
  }
}
