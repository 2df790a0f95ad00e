package io.github.hunyuanvideo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoRequestTest {

  private static final StepHook HOOK = step -> Optional.empty();

  private static VideoRequest.Builder small() {
    return VideoRequest.builder().prompt("a").size(16, 32).frames(5);
  }

  /** Latents that fit {@link #small()}. */
  private static FloatTensor latents(int videos) {
    return FloatTensor.of(new float[videos * 16 * 2 * 4 * 2], videos, 16, 2, 4, 2);
  }

  private static PromptEmbeddings embeddings() {
    return PromptEmbeddings.of(
        FloatTensor.of(new float[8], 1, 2, 4), FloatTensor.of(new float[3], 1, 3));
  }

  @ParameterizedTest(name = "{0} prompts with {1} videos each are {2} videos")
  @CsvSource({
    "10001, 1, 10001",
    "2, 5001, 10002",
    "429497, 10000, 4294970000",
    "214749, 10000, 2147490000"
  })
  void moreVideosThanARequestMayAskForAreRefusedHoweverMany(int prompts, int each, String videos) {
    VideoRequest.Builder request =
        VideoRequest.builder().prompts(Collections.nCopies(prompts, "a")).videosPerPrompt(each);
    assertThatThrownBy(request::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 10000 videos, got " + videos);
  }

  @Test
  void asManyVideosAsARequestMayAskForAreTaken() {
    VideoRequest request =
        VideoRequest.builder().prompts(Collections.nCopies(100, "a")).videosPerPrompt(100).build();
    assertThat(request.videos()).isEqualTo(VideoRequest.MOST_VIDEOS);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-7, 1", "10001, 10000"})
  void aNumberOfVideosOutOfRangeIsRefusedWithTheNearest(int videos, int nearest) {
    assertThatThrownBy(() -> small().videosPerPrompt(videos))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + videos + "; nearest: " + nearest);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-4, 1", "128, 125", "128, 129", "8194, 8193"})
  void aNumberOfFramesThatTheVaeCannotMakeIsRefusedWithTheNearest(int frames, int nearest) {
    assertThatThrownBy(() -> small().frames(frames))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + frames)
        .hasMessageContaining("nearest: ")
        .hasMessageContaining(String.valueOf(nearest));
  }

  @ParameterizedTest
  @CsvSource({"5, 121", "0.01, 1", "0.1, 1", "0.2, 5", "5.08, 121", "5.15, 125", "5.4, 129"})
  void secondsAreTheNearestNumberOfFrames(double seconds, int frames) {
    assertThat(small().seconds(seconds).build().frames()).isEqualTo(frames);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e300})
  void secondsThatGiveNoVideoAreRefused(double seconds) {
    assertThatThrownBy(() -> small().seconds(seconds)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0.0", "1000.5, 1000.0", "NaN, 0.0", "Infinity, 1000.0"})
  void aGuidanceScaleOutOfRangeIsRefusedWithTheNearest(double scale, String nearest) {
    assertThatThrownBy(() -> small().guidanceScale(scale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guidanceScale must be between 0 and 1000.0")
        .hasMessageContaining("nearest: " + nearest);
    assertThatThrownBy(() -> small().embeddedGuidance(scale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("embeddedGuidance must be")
        .hasMessageContaining("nearest: " + nearest);
  }

  @Test
  void guidanceIsOffByDefaultAndADistilledModelGetsItsScale() {
    VideoRequest request = VideoRequest.of("a");
    assertThat(request.usesGuidance()).isFalse();
    assertThat(request.embeddedGuidance()).hasValue(6);
    assertThat(request.toBuilder().withoutEmbeddedGuidance().build().embeddedGuidance()).isEmpty();
    assertThat(request.toBuilder().guidanceScale(1.5).build().usesGuidance()).isTrue();
    assertThatThrownBy(() -> small().guidanceRescale(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guidanceRescale must be between 0 and 1.0, got 1.5; nearest: 1.0");
  }

  @Test
  void aSeedTakesThePlaceOfGivenLatents() {
    VideoRequest given = small().latents(latents(1)).build();
    VideoRequest drawn = given.toBuilder().seed(5).build();
    assertThat(drawn.seeds()).containsExactly(5L);
    assertThat(drawn.latents()).isEmpty();
    assertThat(given.toBuilder().seeds().build().latents()).as("random noise").isEmpty();
  }

  @Test
  void givenLatentsTakeThePlaceOfASeed() {
    VideoRequest given = small().seed(5).latents(latents(1)).build();
    assertThat(given.latents()).contains(latents(1));
    assertThat(given.seeds()).isEmpty();
    assertThat(given).hasToString(given.toString()).asString().contains("given latents");
  }

  @Test
  void latentsOfAnotherShapeThanTheVideosAreRefusedWithTheRightOne() {
    VideoRequest.Builder request = small().videosPerPrompt(3).latents(latents(2));
    assertThatThrownBy(request::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3, 16, 2, 4, 2], got [2, 16, 2, 4, 2]");
    assertThatThrownBy(() -> small().latents(FloatTensor.of(new float[4], 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(videos, channels, T, h, w), got FloatTensor (4)");
  }

  @Test
  void aNumberOfSeedsThatCannotBeSpreadIsRefused() {
    VideoRequest.Builder request =
        VideoRequest.builder().prompts(List.of("a", "b")).videosPerPrompt(3);
    assertThat(request.seeds(1, 2, 3, 4, 5, 6).build().seeds()).hasSize(6);
    assertThatThrownBy(request.seeds(1, 2, 3)::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("need 1 seed, 2 or 6, got 3");
  }

  @Test
  void embeddingsAndPromptsTakeEachOthersPlace() {
    VideoRequest embedded = small().embeddings(embeddings()).build();
    assertThat(embedded.prompts()).isEmpty();
    assertThat(embedded.toBuilder().prompt("b").build().embeddings()).isEmpty();
    VideoRequest negative = small().negativePrompt("dark").negativeEmbeddings(embeddings()).build();
    assertThat(negative.negativePrompt()).isEmpty();
    assertThat(negative.toBuilder().negativePrompt("dark").build().negativeEmbeddings()).isEmpty();
  }

  @Test
  void aHookCanBeTakenAwayAgain() {
    VideoRequest hooked = small().afterStep(HOOK).build();
    assertThat(hooked.afterStep()).contains(HOOK);
    assertThat(hooked.toBuilder().withoutAfterStep().build()).isEqualTo(small().build());
  }

  @Test
  void aVariationIsEqualUntilSomethingIsChanged() {
    VideoRequest request =
        small()
            .seeds(4)
            .steps(7)
            .negativePrompt("dark")
            .guidanceScale(3)
            .guidanceRescale(0.5)
            .embeddedGuidance(2)
            .flowShift(9)
            .floatFrames(true)
            .afterStep(HOOK)
            .build();
    assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
    assertThat(request.toBuilder().seed(5).build()).isNotEqualTo(request);
    assertThat(request.toBuilder().guidanceRescale(0.4).build()).isNotEqualTo(request);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  @SuppressWarnings("NullAway") // what a caller without null checks could write
  void nullIsRefusedAtOnceByName(String name, BiConsumer<VideoRequest.Builder, Object> setting) {
    assertThatThrownBy(() -> setting.accept(VideoRequest.builder(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(name);
  }

  @SuppressWarnings("NullAway")
  static Stream<Arguments> nullIsRefusedAtOnceByName() {
    return Stream.of(
        setting("prompt", (builder, none) -> builder.prompt((String) none)),
        setting("prompts", (builder, none) -> builder.prompts(null)),
        setting("a prompt", (builder, none) -> builder.prompts(Arrays.asList("a", null))),
        setting("negativePrompt", (builder, none) -> builder.negativePrompt(null)),
        setting("size", (builder, none) -> builder.size(null)),
        setting("seeds", (builder, none) -> builder.seeds((long[]) none)),
        setting("latents", (builder, none) -> builder.latents(null)),
        setting("embeddings", (builder, none) -> builder.embeddings(null)),
        setting("negativeEmbeddings", (builder, none) -> builder.negativeEmbeddings(null)),
        setting("afterStep", (builder, none) -> builder.afterStep(null)));
  }

  private static Arguments setting(String name, BiConsumer<VideoRequest.Builder, Object> setting) {
    return Arguments.of(name, setting);
  }
}
