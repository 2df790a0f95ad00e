package io.github.hunyuanvideo.core.testing;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.stage.FrameConsumer;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.api.stage.VaeProfile;
import java.util.ArrayList;
import java.util.List;

/** Another VAE, with a record of what it decoded. */
public final class RecordingVae implements Vae {

  /**
   * One video.
   *
   * @param latents what was decoded
   * @param frames the runs of frames, in order; grows while the video is decoded
   */
  public record Decoded(FloatTensor latents, List<FloatTensor> frames) {}

  private final Vae vae;
  private final List<Decoded> videos = new ArrayList<>();

  /** Records a VAE, and closes it when it is closed. */
  public RecordingVae(Vae vae) {
    this.vae = vae;
  }

  /** All videos so far. */
  public List<Decoded> videos() {
    return List.copyOf(videos);
  }

  @Override
  public VaeProfile profile() {
    return vae.profile();
  }

  @Override
  public void decode(NDArray latents, StageContext context, FrameConsumer frames) {
    Decoded decoded = new Decoded(HeapCopy.of(latents), new ArrayList<>());
    videos.add(decoded);
    vae.decode(
        latents,
        context,
        run -> {
          decoded.frames().add(HeapCopy.of(run));
          frames.accept(run);
        });
  }

  @Override
  public NDArray encode(NDArray pixels, StageContext context) {
    return vae.encode(pixels, context);
  }

  @Override
  public void close() {
    vae.close();
  }
}
