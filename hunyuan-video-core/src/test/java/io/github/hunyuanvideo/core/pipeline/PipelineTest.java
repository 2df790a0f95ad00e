package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.Generation;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.Latents;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Progress;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TensorAssert;
import io.github.hunyuanvideo.core.testing.TinyPipeline;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import io.github.hunyuanvideo.core.text.PromptTemplate;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {

  private static HunyuanVideoPipeline pipeline;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    pipeline = TinyPipeline.open();
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  @Test
  void theSameSeedGivesTheSameVideoAndAnotherSeedAnother() {
    byte[] one = pipeline.generate(TinyPipeline.request().build()).toBytes();
    byte[] again = pipeline.generate(TinyPipeline.request().build()).toBytes();
    byte[] other = pipeline.generate(TinyPipeline.request().seed(43).build()).toBytes();
    assertThat(again).isEqualTo(one);
    assertThat(other).isNotEqualTo(one);
  }

  @Test
  void stagesOneByOneGiveTheSameVideoAsAllAtOnce() {
    VideoRequest request = TinyPipeline.request().floatFrames(true).build();
    Video whole = pipeline.generate(request);
    PromptEmbeddings embeddings = pipeline.encode(request.prompt().orElseThrow());
    List<Latents> latents = pipeline.denoise(request.toBuilder().embeddings(embeddings).build());
    Video parts = pipeline.decode(latents.get(0));
    assertThat(parts.toBytes()).isEqualTo(whole.toBytes());
    assertThat(parts.toFloats()).isEqualTo(whole.toFloats());
    assertThat(pipeline.decode(Latents.of(latents.get(0).values())).toBytes())
        .isEqualTo(whole.toBytes());
  }

  @Test
  void anImagePromptIsEncodedWithTheImageTemplate() {
    PromptEmbeddings video = pipeline.encode("A cat", Medium.VIDEO);
    PromptEmbeddings image = pipeline.encode("A cat", Medium.IMAGE);
    assertThat(image.tokens()).isEqualTo(video.tokens());
    assertThat(image.sequence()).isNotEqualTo(video.sequence());
    assertThat(image.pooled()).isEqualTo(video.pooled());
  }

  @Test
  void severalPromptsOfDifferentLengthsGiveWhatEachGivesAlone() {
    List<String> prompts =
        List.of(
            "A cat",
            "A very long sentence about a dog that runs over the field in the evening sun, realistic style.");
    VideoRequest batch =
        TinyPipeline.request().prompts(prompts).videosPerPrompt(2).seeds(5, 9).build();
    List<Video> videos = pipeline.generateAll(batch);
    assertThat(videos).hasSize(4);
    long[] seeds = {5, 6, 9, 10};
    for (int i = 0; i < 4; i++) {
      VideoRequest alone = TinyPipeline.request().prompt(prompts.get(i / 2)).seed(seeds[i]).build();
      assertThat(videos.get(i).toBytes()).isEqualTo(pipeline.generate(alone).toBytes());
      assertThat(videos.get(i).seed()).contains(seeds[i]);
      assertThat(videos.get(i).request().orElseThrow().prompt()).contains(prompts.get(i / 2));
    }
  }

  @Test
  void aSeedThatIsNotGivenIsReportedAndGivesTheVideoAgain() {
    Video video = pipeline.generate(TinyPipeline.request().seeds().build());
    long seed = video.seed().orElseThrow();
    assertThat(seed).isBetween(0L, 1_000_000L);
    assertThat(pipeline.generate(TinyPipeline.request().seed(seed).build()).toBytes())
        .isEqualTo(video.toBytes());
    assertThat(pipeline.generate(video.request().orElseThrow()).toBytes())
        .isEqualTo(video.toBytes());
  }

  @Test
  void weightsKeptAndWeightsReleasedGiveTheSameBits() {
    VideoRequest request = TinyPipeline.request().floatFrames(true).build();
    try (HunyuanVideoPipeline kept = TinyPipeline.builder().offload(OffloadMode.NONE).build()) {
      assertThat(kept.generate(request).toFloats())
          .isEqualTo(pipeline.generate(request).toFloats());
      long held = kept.openTensors();
      assertThat(held).isPositive();
      kept.generate(request);
      assertThat(kept.openTensors()).isEqualTo(held);
    }
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void byDefaultTheProcessorsOwnPrecisionIsTakenAndStaysNearFloat32() {
    // 4 is a guidance scale that is the same in every precision; 6 becomes 6.016 in bf16.
    VideoRequest request = TinyPipeline.request().latents(noise()).embeddedGuidance(4).build();
    try (HunyuanVideoPipeline usual = HunyuanVideoPipeline.open(Golden.path("tiny-ckpts"))) {
      float[] exact = pipeline.denoise(request).get(0).values().toArray();
      float[] half = usual.denoise(request).get(0).values().toArray();
      assertThat(TensorAssert.relativeError(half, exact)).isLessThan(3e-2);
    }
  }

  private static FloatTensor noise() {
    float[] values = new float[16 * 2 * 4 * 6];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return FloatTensor.wrap(values, 1, 16, 2, 4, 6);
  }

  @Test
  void aRoundedSizeAndACutPromptAreReported() {
    Video video =
        pipeline.generate(
            TinyPipeline.request().prompt("cat ".repeat(300)).size(33, 20).steps(1).build());
    assertThat(video.size()).hasToString("48 × 32");
    assertThat(video.request().orElseThrow().size()).hasToString("48 × 32");
    assertThat(video.notices())
        .hasSize(2)
        .anyMatch(notice -> notice.contains("rounded up from 33 × 20 to 48 × 32"))
        .anyMatch(notice -> notice.contains("longer than the 256 tokens"));
  }

  @Test
  void aSingleFrameIsAnImageAndCanBeSaved() throws Exception {
    Video image = pipeline.generate(TinyPipeline.request().frames(1).build());
    assertThat(image.isImage()).isTrue();
    image.save(folder.resolve("cat.png"));
    image.save(folder.resolve("cat.mp4"));
    BufferedImage read = ImageIO.read(folder.resolve("cat.png").toFile());
    assertThat(read.getWidth()).isEqualTo(48);
    assertThat(read.getRGB(7, 3) & 0xffffff)
        .isEqualTo(image.images().get(0).getRGB(7, 3) & 0xffffff);
    assertThat(Files.size(folder.resolve("cat.mp4"))).isPositive();
    assertThat(image.encode(VideoFormat.PNG)).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void aHookSeesEveryStepAndMayReplaceTheLatents() {
    List<Integer> seen = new ArrayList<>();
    FloatTensor chosen = noise();
    VideoRequest request =
        TinyPipeline.request()
            .afterStep(
                step -> {
                  seen.add(step.index());
                  assertThat(step.steps()).isEqualTo(2);
                  assertThat(step.latents().shape()).containsExactly(1, 16, 2, 4, 6);
                  return step.index() == 1 ? Optional.of(chosen) : Optional.empty();
                })
            .build();
    assertThat(pipeline.denoise(request).get(0).values()).isEqualTo(chosen);
    assertThat(seen).containsExactly(0, 1);
  }

  @Test
  void aHookThatReturnsAnotherShapeIsRefused() {
    VideoRequest request =
        TinyPipeline.request()
            .afterStep(step -> Optional.of(FloatTensor.of(new float[4], 1, 1, 1, 2, 2)))
            .build();
    assertThatThrownBy(() -> pipeline.generate(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1, 16, 2, 4, 6]");
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void aListenerIsToldOfEveryStageAndStepWithTheTimeThatIsLeft() {
    List<String> told = new ArrayList<>();
    pipeline.generate(
        TinyPipeline.request().build(),
        progress -> {
          told.add(
              progress.stage()
                  + " "
                  + progress.event()
                  + " "
                  + progress.step()
                  + "/"
                  + progress.steps());
          boolean inside = progress.step() > 0;
          assertThat(progress.remaining().isPresent()).isEqualTo(inside);
        });
    assertThat(told)
        .containsExactly(
            "TEXT_ENCODER STAGE_STARTED 0/1",
            "TEXT_ENCODER STEP 1/1",
            "TEXT_ENCODER STAGE_FINISHED 1/1",
            "TEXT_ENCODER_2 STAGE_STARTED 0/1",
            "TEXT_ENCODER_2 STEP 1/1",
            "TEXT_ENCODER_2 STAGE_FINISHED 1/1",
            "TRANSFORMER STAGE_STARTED 0/2",
            "TRANSFORMER STEP 1/2",
            "TRANSFORMER STEP 2/2",
            "TRANSFORMER STAGE_FINISHED 2/2",
            "VAE STAGE_STARTED 0/1",
            "VAE STEP 1/1",
            "VAE STAGE_FINISHED 1/1");
  }

  @Test
  void aPreviewCanBeSeenAfterEachStep() {
    List<BufferedImage> previews = new ArrayList<>();
    pipeline.generate(
        TinyPipeline.request().build(), progress -> progress.preview().ifPresent(previews::add));
    assertThat(previews).hasSize(2);
    assertThat(previews.get(0).getWidth()).isEqualTo(6);
    assertThat(previews.get(0).getHeight()).isEqualTo(4);
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void aPreviewIsThereOnlyWhileTheListenerRunsAndOnItsThread() {
    List<Progress> told = new ArrayList<>();
    List<Optional<BufferedImage>> elsewhere = new ArrayList<>();
    pipeline.generate(
        TinyPipeline.request().build(),
        progress -> {
          told.add(progress);
          elsewhere.add(CompletableFuture.supplyAsync(progress::preview).join());
        });
    assertThat(told).hasSizeGreaterThan(8).allMatch(progress -> progress.preview().isEmpty());
    assertThat(elsewhere).allMatch(Optional::isEmpty);
  }

  @Test
  void everyStagesTimeIsInTheResult() {
    assertThat(pipeline.generate(TinyPipeline.request().build()).timings())
        .containsOnlyKeys(Stage.values())
        .allSatisfy((stage, time) -> assertThat(time).isPositive());
  }

  @Test
  void framesGoToASinkInOrderAndItEnds() {
    List<Integer> indices = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    pipeline.generate(
        TinyPipeline.request().build(),
        new FrameSink() {
          @Override
          public void begin(Description description) {
            calls.add("begin " + description.frames());
          }

          @Override
          public void frame(Frame frame) {
            indices.add(frame.index());
          }

          @Override
          public void end() {
            calls.add("end");
          }

          @Override
          public void abort() {
            calls.add("abort");
          }
        });
    assertThat(indices).containsExactly(0, 1, 2, 3, 4);
    assertThat(calls).containsExactly("begin 5", "end");
  }

  @Test
  void aSinkThatFailsIsAbortedAndLeavesNoFile() {
    Path file = folder.resolve("cat.mp4");
    FrameSink inner = FrameSink.file(file);
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    TinyPipeline.request().build(),
                    new FrameSink() {
                      @Override
                      public void begin(Description description) {
                        inner.begin(description);
                      }

                      @Override
                      public void frame(Frame frame) {
                        inner.frame(frame);
                        if (frame.index() == 3) {
                          throw new IllegalStateException("the network is gone");
                        }
                      }

                      @Override
                      public void end() {
                        inner.end();
                      }

                      @Override
                      public void abort() {
                        inner.abort();
                      }
                    }))
        .hasMessage("the network is gone");
    assertThat(folder).isEmptyDirectory();
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void aSinkThatFailsAtItsEndIsAbortedAndNothingHidesWhy() {
    List<String> calls = new ArrayList<>();
    FrameSink failing =
        new FrameSink() {
          @Override
          public void begin(Description description) {}

          @Override
          public void frame(Frame frame) {}

          @Override
          public void end() {
            calls.add("end");
            throw new IllegalStateException("the disk is full");
          }

          @Override
          public void abort() {
            calls.add("abort");
            throw new IllegalStateException("the disk is gone");
          }
        };
    assertThatThrownBy(() -> pipeline.generate(TinyPipeline.request().build(), failing))
        .hasMessage("the disk is full")
        .satisfies(
            failure -> assertThat(failure.getSuppressed()[0]).hasMessage("the disk is gone"));
    assertThat(calls).containsExactly("end", "abort");
    assertThat(pipeline.openTensors()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"cat.png, 48, 32, PNG file holds 1 frame", "cat.mp4, 8192, 8192, H.264"})
  void aSinkThatCannotTakeTheVideoSaysSoBeforeAnythingIsComputed(
      String name, int width, int height, String reason) {
    List<Progress> told = new ArrayList<>();
    VideoRequest request = TinyPipeline.request().size(width, height).build();
    FrameSink sink = FrameSink.file(folder.resolve(name));
    assertThatThrownBy(() -> pipeline.generate(request, sink, told::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
    assertThat(told).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aGenerationIntoASinkIsListenedToAndItsFramesAreThoseOfTheVideo() {
    VideoRequest request = TinyPipeline.request().floatFrames(true).build();
    List<Frame> frames = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    pipeline.generate(
        request,
        new FrameSink() {
          @Override
          public void begin(Description description) {}

          @Override
          public void frame(Frame frame) {
            frames.add(frame);
          }

          @Override
          public void end() {}
        },
        progress -> stages.add(progress.stage()));
    assertThat(stages).containsSubsequence(Stage.values());
    assertThat(frames)
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(pipeline.generate(request).frames());
  }

  @Test
  void framesCanBeWrittenToAFileWhileTheyAreDecoded() {
    Path file = folder.resolve("new/cat.mp4");
    pipeline.generate(TinyPipeline.request().build(), FrameSink.file(file));
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TEXT_ENCODER STAGE_STARTED",
        "TEXT_ENCODER_2 STAGE_STARTED",
        "TRANSFORMER STAGE_STARTED",
        "TRANSFORMER STEP",
        "VAE STAGE_STARTED"
      })
  void cancelledGenerationFreesEveryTensor(String when) {
    CompletableFuture<Generation> submitted = new CompletableFuture<>();
    Generation job =
        pipeline.submit(
            TinyPipeline.request().build(),
            progress -> {
              Generation itself = submitted.join();
              if ((progress.stage() + " " + progress.event()).equals(when)) {
                itself.cancel();
              }
            });
    submitted.complete(job);
    assertThatThrownBy(job::join).isInstanceOf(GenerationCancelledException.class);
    assertThat(job.isDone()).isTrue();
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void aGenerationThatWaitsCanBeCancelledAndLaterOnesStillRun() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Generation first = pipeline.submit(TinyPipeline.request().build(), progress -> await(go));
    Generation second = pipeline.submit(TinyPipeline.request().build());
    Generation third = pipeline.submit(TinyPipeline.request().build());
    second.cancel();
    assertThatThrownBy(second::join).isInstanceOf(GenerationCancelledException.class);
    go.countDown();
    assertThat(first.join()).hasSize(1);
    assertThat(third.videos().get(60, TimeUnit.SECONDS)).hasSize(1);
  }

  @Test
  void cancellingTheFutureCancelsTheGeneration() {
    CountDownLatch go = new CountDownLatch(1);
    Generation job = pipeline.submit(TinyPipeline.request().build(), progress -> await(go));
    job.videos().cancel(true);
    go.countDown();
    assertThatThrownBy(job::join).isInstanceOf(GenerationCancelledException.class);
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void interruptingTheCallerCancelsTheGeneration() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                pipeline.generate(
                    TinyPipeline.request().build(),
                    progress -> {
                      started.countDown();
                      await(go);
                    });
              } catch (GenerationCancelledException e) {
                thrown.set(e);
              }
            });
    caller.start();
    started.await();
    caller.interrupt();
    caller.join();
    go.countDown();
    assertThat(thrown.get()).isInstanceOf(GenerationCancelledException.class);
    // What comes next in the queue sees that everything was freed.
    pipeline.encode("A cat");
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void whatAListenerThrowsEndsTheGeneration() {
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    TinyPipeline.request().build(),
                    progress -> {
                      if (progress.event() == Progress.Event.STEP) {
                        throw new IllegalStateException("no more");
                      }
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no more");
    assertThat(pipeline.openTensors()).isZero();
  }

  @Test
  void aListenerThatWaitsForItsOwnPipelineIsToldSo() {
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    TinyPipeline.request().build(), progress -> pipeline.encode("A dog")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("submit the work and return");
  }

  @Test
  void whatIsAttachedToAResultDoesNotHoldUpTheQueue() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Generation first = pipeline.submit(TinyPipeline.request().build());
    var attached = first.videos().thenAccept(videos -> await(go));
    assertThat(pipeline.submit(TinyPipeline.request().build()).join()).hasSize(1);
    go.countDown();
    attached.get(60, TimeUnit.SECONDS);
  }

  @Test
  void closingCancelsWhatRunsAndWaitsAndRefusesWhatComes() {
    HunyuanVideoPipeline closing = TinyPipeline.open();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Generation running =
        closing.submit(
            TinyPipeline.request().build(),
            progress -> {
              started.countDown();
              await(go);
            });
    Generation waiting = closing.submit(TinyPipeline.request().build());
    await(started);
    Thread closer = new Thread(closing::close);
    closer.start();
    go.countDown();
    for (Generation job : List.of(running, waiting)) {
      assertThatThrownBy(job.videos()::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(GenerationCancelledException.class);
    }
    closing.close();
    assertThatThrownBy(() -> closing.generate(TinyPipeline.request().build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anInterruptedThreadOpensNothing() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(TinyPipeline::open).isInstanceOf(GenerationCancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void templatesAndOtherOptionsOfTheTextCanBeSetInAnyOrder() {
    LlamaOptions fewTokens =
        new LlamaOptions(PromptTemplate.video(), PromptTemplate.image(), 8, 2, false);
    String template = "Imagine this:{}";
    VideoRequest request = TinyPipeline.request().build();
    try (HunyuanVideoPipeline one =
            TinyPipeline.builder().videoTemplate(template).text(fewTokens).build();
        HunyuanVideoPipeline other =
            TinyPipeline.builder().text(fewTokens).videoTemplate(template).build()) {
      PromptEmbeddings embeddings = one.encode(request.prompt().orElseThrow());
      assertThat(embeddings.tokens()).isEqualTo(8);
      assertThat(other.encode(request.prompt().orElseThrow()).sequence())
          .isEqualTo(embeddings.sequence());
      assertThat(pipeline.encode(request.prompt().orElseThrow()).sequence())
          .isNotEqualTo(embeddings.sequence());
    }
  }

  @Test
  void aRequestForSeveralVideosIsRefusedWhereOneIsReturned() {
    VideoRequest two = TinyPipeline.request().videosPerPrompt(2).build();
    assertThatThrownBy(() -> pipeline.generate(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 videos")
        .hasMessageContaining("generateAll");
    assertThatThrownBy(() -> pipeline.generate(two, FrameSink.file(folder.resolve("a.mp4"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDistilledModelWithoutItsGuidanceIsRefusedBeforeAnythingIsComputed() {
    List<Progress> told = new ArrayList<>();
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    TinyPipeline.request().withoutEmbeddedGuidance().build(), told::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("distilled");
    assertThat(told).isEmpty();
  }

  @Test
  void aPipelineWithoutCheckpointsAndStagesSaysWhatItNeeds() {
    assertThatThrownBy(() -> HunyuanVideoPipeline.builder().precision(Precision.FP32).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoints(");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
