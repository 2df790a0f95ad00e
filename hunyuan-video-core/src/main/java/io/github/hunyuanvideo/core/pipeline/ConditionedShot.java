package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Prompt;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One of the videos that a request asks for, with what its texts were encoded to.
 *
 * @param request for this video alone
 * @param embeddings by branch
 * @param notices what was adjusted or did not fit, in sentences
 */
record ConditionedShot(
    VideoRequest request, Map<Branch, PromptEmbeddings> embeddings, List<String> notices) {

  /**
   * The texts that have to be encoded for several videos, each once: what to show, then what not
   * to.
   */
  static Set<Prompt> texts(List<Shot> shots) {
    Set<Prompt> texts = new LinkedHashSet<>();
    shots.forEach(shot -> positive(shot.request()).ifPresent(texts::add));
    shots.forEach(shot -> negative(shot.request()).ifPresent(texts::add));
    return texts;
  }

  /**
   * Puts a video and its encoded texts together; embeddings that the caller gave take the place of
   * texts.
   */
  static ConditionedShot of(Shot shot, Map<Prompt, PromptEmbeddings> texts) {
    VideoRequest request = shot.request();
    Map<Branch, PromptEmbeddings> branches = new EnumMap<>(Branch.class);
    branches.put(
        Branch.POSITIVE, positive(request).map(texts::get).or(request::embeddings).orElseThrow());
    if (request.usesGuidance()) {
      branches.put(
          Branch.NEGATIVE,
          negative(request).map(texts::get).or(request::negativeEmbeddings).orElseThrow());
    }
    List<String> notices = new ArrayList<>(shot.notices());
    branches.forEach((branch, text) -> cut(branch, text).ifPresent(notices::add));
    return new ConditionedShot(request, branches, List.copyOf(notices));
  }

  private static Optional<Prompt> positive(VideoRequest request) {
    return request.prompt().map(text -> new Prompt(text, Medium.of(request.frames())));
  }

  private static Optional<Prompt> negative(VideoRequest request) {
    return request.usesGuidance()
        ? request.negativePrompt().map(text -> new Prompt(text, Medium.of(request.frames())))
        : Optional.empty();
  }

  private static Optional<String> cut(Branch branch, PromptEmbeddings text) {
    return text.droppedTokens() == 0
        ? Optional.empty()
        : Optional.of(
            "the %s is longer than the %d tokens that the model reads; its last %d tokens had no influence"
                .formatted(
                    branch == Branch.POSITIVE ? "prompt" : "negative prompt",
                    text.tokens(),
                    text.droppedTokens()));
  }
}
