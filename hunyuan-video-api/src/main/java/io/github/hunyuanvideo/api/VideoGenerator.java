package io.github.hunyuanvideo.api;

import java.util.List;

/**
 * Generates videos from text. {@code HunyuanVideoPipeline} in the module {@code hunyuan-video-core}
 * is the implementation; callers that depend on this interface can be tested with a fake.
 *
 * <p>May be called from several threads; generations run one after the other, in the order of the
 * calls. The calls that wait ({@code generate…}, {@code encode}, {@code denoise}, {@code decode})
 * are cancelled by interrupting their thread. Beside what each of them names, every call refuses
 * with an {@link IllegalArgumentException} a request that does not fit the model, for example
 * latents of another number of channels, and with an {@link IllegalStateException} that the
 * generator is closed, or that a listener or hook waits for the generator that calls it.
 */
public interface VideoGenerator extends AutoCloseable {

  /**
   * Generates one video with the default settings and a random seed.
   *
   * @param prompt what to show
   * @return the video
   * @throws HunyuanVideoException if it fails
   */
  default Video generate(String prompt) {
    return generate(VideoRequest.of(prompt));
  }

  /**
   * Generates one video.
   *
   * @param request what to generate; must ask for exactly one video
   * @return the video
   * @throws IllegalArgumentException if the request asks for several videos; use {@link
   *     #generateAll(VideoRequest)} then
   * @throws GenerationCancelledException if this thread is interrupted
   * @throws HunyuanVideoException if it fails
   */
  default Video generate(VideoRequest request) {
    return generate(request, GenerationListener.none());
  }

  /**
   * Generates one video and reports its progress.
   *
   * @param request what to generate; must ask for exactly one video
   * @param listener is told how it goes on
   * @return the video
   * @throws IllegalArgumentException if the request asks for several videos
   * @throws GenerationCancelledException if this thread is interrupted
   * @throws HunyuanVideoException if it fails
   */
  default Video generate(VideoRequest request, GenerationListener listener) {
    request.requireOneVideo();
    return generateAll(request, listener).get(0);
  }

  /**
   * Generates one video, whose frames are handed on while later ones are still decoded.
   *
   * @param request what to generate; must ask for exactly one video
   * @param sink takes the frames
   * @throws IllegalArgumentException if the request asks for several videos
   * @throws GenerationCancelledException if this thread is interrupted; the sink is not called any
   *     more when it is thrown
   * @throws HunyuanVideoException if it fails
   */
  default void generate(VideoRequest request, FrameSink sink) {
    generate(request, sink, GenerationListener.none());
  }

  /**
   * Generates one video, whose frames are handed on while later ones are still decoded, and reports
   * its progress.
   *
   * @param request what to generate; must ask for exactly one video
   * @param sink takes the frames
   * @param listener is told how it goes on
   * @throws IllegalArgumentException if the request asks for several videos
   * @throws GenerationCancelledException if this thread is interrupted; the sink is not called any
   *     more when it is thrown
   * @throws HunyuanVideoException if it fails
   */
  void generate(VideoRequest request, FrameSink sink, GenerationListener listener);

  /**
   * Generates all videos of a request: for each prompt, one for each of its seeds.
   *
   * @param request what to generate
   * @return the videos, those of the first prompt first
   * @throws GenerationCancelledException if this thread is interrupted
   * @throws HunyuanVideoException if it fails
   */
  default List<Video> generateAll(VideoRequest request) {
    return generateAll(request, GenerationListener.none());
  }

  /**
   * Generates all videos of a request and reports its progress.
   *
   * @param request what to generate
   * @param listener is told how it goes on
   * @return the videos, those of the first prompt first
   * @throws GenerationCancelledException if this thread is interrupted
   * @throws HunyuanVideoException if it fails
   */
  default List<Video> generateAll(VideoRequest request, GenerationListener listener) {
    return submit(request, listener).join();
  }

  /**
   * Queues a request and returns at once.
   *
   * @param request what to generate
   * @return a handle to wait for, or to cancel
   */
  default Generation submit(VideoRequest request) {
    return submit(request, GenerationListener.none());
  }

  /**
   * Queues a request and returns at once.
   *
   * @param request what to generate
   * @param listener is told how it goes on
   * @return a handle to wait for, or to cancel
   * @throws IllegalStateException if the generator is closed
   */
  Generation submit(VideoRequest request, GenerationListener listener);

  /**
   * Runs only the text encoders, for a video.
   *
   * @param prompt what to show
   * @return embeddings that can be given to {@link VideoRequest.Builder#embeddings}
   * @throws HunyuanVideoException if it fails
   */
  default PromptEmbeddings encode(String prompt) {
    return encode(prompt, Medium.VIDEO);
  }

  /**
   * Runs only the text encoders.
   *
   * @param prompt what to show
   * @param medium whether the embeddings are for a video or for an image; the language model is
   *     told which
   * @return embeddings that can be given to {@link VideoRequest.Builder#embeddings}
   * @throws HunyuanVideoException if it fails
   */
  PromptEmbeddings encode(String prompt, Medium medium);

  /**
   * Runs everything but the VAE: latents instead of frames.
   *
   * @param request what to generate
   * @return latents for each video, those of the first prompt first
   * @throws HunyuanVideoException if it fails
   */
  default List<Latents> denoise(VideoRequest request) {
    return denoise(request, GenerationListener.none());
  }

  /**
   * Runs everything but the VAE, and reports its progress.
   *
   * @param request what to generate
   * @param listener is told how it goes on
   * @return latents for each video, those of the first prompt first
   * @throws HunyuanVideoException if it fails
   */
  List<Latents> denoise(VideoRequest request, GenerationListener listener);

  /**
   * Runs only the VAE.
   *
   * @param latents what {@link #denoise} returned, or latents from elsewhere
   * @return the video
   * @throws HunyuanVideoException if it fails
   */
  default Video decode(Latents latents) {
    return decode(latents, GenerationListener.none());
  }

  /**
   * Runs only the VAE, and reports its progress.
   *
   * @param latents what {@link #denoise} returned, or latents from elsewhere
   * @param listener is told how it goes on
   * @return the video
   * @throws HunyuanVideoException if it fails
   */
  Video decode(Latents latents, GenerationListener listener);

  /** Cancels what runs or waits, waits for it to end, and releases everything. */
  @Override
  void close();
}
