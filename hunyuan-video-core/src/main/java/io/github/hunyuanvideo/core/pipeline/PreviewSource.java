package io.github.hunyuanvideo.core.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Fits the preview to the pipeline's VAE when somebody first looks at one. Used by the pipeline's
 * thread alone.
 */
final class PreviewSource {

  private final StageSlots slots;
  private @Nullable LatentPreview fitted;

  PreviewSource(StageSlots slots) {
    this.slots = slots;
  }

  LatentPreview get(Run run) {
    LatentPreview preview = fitted;
    if (preview == null) {
      preview =
          slots
              .vae()
              .use(
                  vae -> {
                    try (RunContext context = run.context()) {
                      return LatentPreview.fit(run.engine(), vae, context);
                    }
                  });
      fitted = preview;
    }
    return preview;
  }
}
