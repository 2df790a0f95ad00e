package io.github.hunyuanvideo.core.pipeline;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.StepHook;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Conditioning;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.DenoisingContext;
import io.github.hunyuanvideo.api.stage.LatentShape;
import io.github.hunyuanvideo.api.stage.Schedule;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * From noise to the latents of one video: calls the transformer at each timestep and follows its
 * prediction to the next.
 */
final class DenoisingLoop {

  /** Is told about each step; the tensors stay with the loop. */
  interface Watcher {

    /**
     * A step has ended.
     *
     * @param schedule of the generation
     * @param timestep of the step
     * @param before latents before it
     * @param velocity the prediction
     */
    void onStep(Schedule schedule, Timestep timestep, Tensor before, Tensor velocity);
  }

  private final TorchEngine engine;
  private final Transformer transformer;
  private final RunContext context;
  private final LatentRule rule;
  private final Watcher watcher;

  DenoisingLoop(
      TorchEngine engine,
      Transformer transformer,
      RunContext context,
      LatentRule rule,
      Watcher watcher) {
    this.engine = engine;
    this.transformer = transformer;
    this.context = context;
    this.rule = rule;
    this.watcher = watcher;
  }

  /**
   * Generates latents.
   *
   * @param shot what is generated
   * @param video which of the request's videos that is, from 0
   * @param schedule its timesteps
   * @param initial latents to begin with, (1, C, T, h, w), float32; closed by this call
   */
  FloatTensor run(ConditionedShot shot, int video, Schedule schedule, Tensor initial) {
    Tensor latents = initial;
    try (TensorScope scope = new TensorScope();
        Denoising denoising = begin(shot, scope)) {
      ClassifierFreeGuidance guidance =
          new ClassifierFreeGuidance(
              engine, shot.request(), ScalarType.of(transformer.profile().precision()));
      for (Timestep timestep : schedule.timesteps()) {
        context.checkCancelled();
        latents = rule.before(timestep, latents);
        Tensor next = step(schedule, timestep, latents, denoising, guidance);
        latents.close();
        Tensor ruled = rule.after(timestep, next);
        latents = hooked(shot.request(), new Finished(video, schedule, timestep, ruled));
      }
      return latents.toFloatTensor();
    } finally {
      latents.close();
    }
  }

  private Denoising begin(ConditionedShot shot, TensorScope scope) {
    VideoRequest request = shot.request();
    Map<Branch, Conditioning> conditioning = new EnumMap<>(Branch.class);
    shot.embeddings()
        .forEach(
            (branch, text) ->
                conditioning.put(
                    branch,
                    new Conditioning(
                        context.lend(scope.own(engine.tensor(text.sequence()))),
                        context.lend(scope.own(engine.tensor(text.pooled()))))));
    LatentShape shape =
        LatentShape.of(transformer.profile().latentChannels(), request.size(), request.frames());
    return transformer.begin(
        DenoisingContext.of(shape, conditioning, request.embeddedGuidance(), context));
  }

  private Tensor step(
      Schedule schedule,
      Timestep timestep,
      Tensor latents,
      Denoising denoising,
      ClassifierFreeGuidance guidance) {
    try (RunContext lending = context.part();
        Tensor velocity = guidance.velocity(denoising, lending.lend(latents), timestep)) {
      NDArray next = schedule.step(lending.lend(latents), lending.lend(velocity), timestep);
      Tensor moved = engine.adopt(next, "the scheduler's latents");
      boolean watched = false;
      try {
        watcher.onStep(schedule, timestep, latents, velocity);
        watched = true;
        return moved;
      } finally {
        if (!watched) {
          moved.close();
        }
      }
    }
  }

  /** The latents to go on with, after the caller's hook has seen them. */
  private Tensor hooked(VideoRequest request, Finished step) {
    Optional<StepHook> hook = request.afterStep();
    if (hook.isEmpty()) {
      return step.tensor();
    }
    boolean kept = false;
    try {
      Optional<FloatTensor> replaced = hook.get().afterStep(step);
      kept = replaced.isEmpty();
      return kept ? step.tensor() : requireShape(replaced.orElseThrow(), request);
    } finally {
      if (!kept) {
        step.tensor().close();
      }
    }
  }

  private Tensor requireShape(FloatTensor given, VideoRequest request) {
    long[] shape =
        LatentShape.of(transformer.profile().latentChannels(), request.size(), request.frames())
            .toArray();
    if (!Arrays.equals(shape, Arrays.stream(given.shape()).asLongStream().toArray())) {
      throw new IllegalArgumentException(
          "a step hook must return latents of the shape %s, got %s"
              .formatted(Arrays.toString(shape), given));
    }
    return engine.tensor(given);
  }

  private record Finished(int video, Schedule schedule, Timestep step, Tensor tensor)
      implements StepHook.FinishedStep {

    @Override
    public int index() {
      return step.index();
    }

    @Override
    public int steps() {
      return schedule.timesteps().size();
    }

    @Override
    public float timestep() {
      return step.value();
    }

    @Override
    public FloatTensor latents() {
      return tensor.toFloatTensor();
    }
  }
}
