package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.VideoRequest;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShotListTest {

  private static List<Long> seeds(VideoRequest request) {
    return ShotList.of(request, new Random(1)).stream()
        .map(shot -> shot.request().seeds().get(0))
        .toList();
  }

  private static VideoRequest.Builder twoPrompts() {
    return VideoRequest.builder().prompts(List.of("a", "b")).videosPerPrompt(3);
  }

  @Test
  void oneSeedCountsUpForEveryPromptAnew() {
    assertThat(seeds(twoPrompts().seed(7).build())).containsExactly(7L, 8L, 9L, 7L, 8L, 9L);
  }

  @Test
  void aSeedForEachPromptCountsUp() {
    assertThat(seeds(twoPrompts().seeds(7, 70).build())).containsExactly(7L, 8L, 9L, 70L, 71L, 72L);
  }

  @Test
  void aSeedForEachVideoIsTakenAsItIs() {
    assertThat(seeds(twoPrompts().seeds(6, 5, 4, 3, 2, 1).build()))
        .containsExactly(6L, 5L, 4L, 3L, 2L, 1L);
  }

  @Property
  void seedsThatAreNotGivenAreRandomWithinAMillion(
      @ForAll @IntRange(min = 1, max = 20) int videos) {
    assertThat(seeds(VideoRequest.builder().prompt("a").videosPerPrompt(videos).build()))
        .hasSize(videos)
        .allMatch(seed -> seed >= 0 && seed <= 1_000_000);
  }

  @Test
  void theBuiltInNegativePromptIsFilledInOnlyWithGuidance() {
    VideoRequest guided = VideoRequest.builder().prompt("a").guidanceScale(6).build();
    VideoRequest empty = guided.toBuilder().negativePrompt("  ").build();
    VideoRequest unguided = VideoRequest.builder().prompt("a").guidanceScale(1).build();
    assertThat(only(guided).negativePrompt()).contains(ShotList.NEGATIVE_PROMPT);
    assertThat(only(empty).negativePrompt()).contains(ShotList.NEGATIVE_PROMPT);
    assertThat(only(unguided).negativePrompt()).isEmpty();
  }

  private static VideoRequest only(VideoRequest request) {
    return ShotList.of(request, new Random()).get(0).request();
  }

  @Test
  void promptsAreStripped() {
    assertThat(only(VideoRequest.of("  a cat\n")).prompt()).contains("a cat");
  }
}
