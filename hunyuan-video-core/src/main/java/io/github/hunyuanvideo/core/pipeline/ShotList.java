package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.VideoSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Takes a request apart into its videos, as the official program does: prompt by prompt, seeds
 * counted up.
 */
final class ShotList {

  /** Official code: {@code NEGATIVE_PROMPT} in {@code hyvideo/constants.py}. */
  static final String NEGATIVE_PROMPT =
      "Aerial view, aerial view, overexposed, low quality, deformation, a poor composition, bad hands, bad teeth, bad eyes, bad limbs, distortion";

  /** Random seeds are at most this, as in the official program. */
  private static final int LARGEST_RANDOM_SEED = 1_000_000;

  private ShotList() {}

  /**
   * Makes the list.
   *
   * @param request what was asked for
   * @param random draws the seeds that are not given
   */
  static List<Shot> of(VideoRequest request, Random random) {
    VideoSize size = request.size().roundedUp();
    List<String> notices =
        size.equals(request.size())
            ? List.of()
            : List.of(
                "the size was rounded up from %s to %s, multiples of %d"
                    .formatted(request.size(), size, VideoSize.MULTIPLE));
    List<Shot> shots = new ArrayList<>();
    for (int video = 0; video < request.videos(); video++) {
      VideoRequest.Builder one =
          request.toBuilder().size(size).videosPerPrompt(1).seeds(seeds(request, video, random));
      if (!request.prompts().isEmpty()) {
        one.prompt(request.prompts().get(video / request.videosPerPrompt()));
      }
      if (request.usesGuidance() && request.negativeEmbeddings().isEmpty()) {
        one.negativePrompt(
            request.negativePrompt().filter(text -> !text.isEmpty()).orElse(NEGATIVE_PROMPT));
      }
      int index = video;
      request.latents().ifPresent(latents -> one.latents(latents.sample(index)));
      shots.add(new Shot(one.build(), notices));
    }
    return shots;
  }

  /** The seed of one video; none if its latents are given. */
  private static long[] seeds(VideoRequest request, int video, Random random) {
    List<Long> given = request.seeds();
    int prompt = video / request.videosPerPrompt();
    int ofPrompt = video % request.videosPerPrompt();
    if (request.latents().isPresent()) {
      return new long[0];
    } else if (given.isEmpty()) {
      return new long[] {random.nextInt(LARGEST_RANDOM_SEED + 1)};
    } else if (given.size() == request.videos()) {
      return new long[] {given.get(video)};
    }
    return new long[] {given.get(given.size() == 1 ? 0 : prompt) + ofPrompt};
  }
}
