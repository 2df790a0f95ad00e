package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Which stage a pipeline has from where: the caller's own, and a checkpoint's for the others.
 *
 * @param own the caller's
 * @param tree the checkpoint; null if every stage is the caller's
 * @param settings how the checkpoint's stages are opened
 */
record StageWiring(OwnStages own, @Nullable CheckpointTree tree, StageSettings settings) {

  /**
   * The stages that a caller gave.
   *
   * @param textEncoder gives a sequence; null for the checkpoint's, as are the others
   * @param textEncoder2 gives a pooled embedding
   * @param transformer predicts
   * @param vae decodes
   */
  record OwnStages(
      @Nullable TextEncoder textEncoder,
      @Nullable TextEncoder textEncoder2,
      @Nullable Transformer transformer,
      @Nullable Vae vae) {}

  /** The place of one stage: the caller's, or else where it is in a checkpoint. */
  private record Place<T extends AutoCloseable>(
      Stage stage, @Nullable T given, Function<BuiltInStages, BuiltInStage<T>> builtIn) {}

  /**
   * Makes sure that no stage is without a source.
   *
   * @throws IllegalArgumentException if one is neither given nor in a checkpoint
   */
  StageWiring {
    if (tree == null
        && Stream.of(own.textEncoder, own.textEncoder2, own.transformer, own.vae)
            .anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          "a pipeline needs checkpoints: call checkpoints(Path.of(\"ckpts\")), or give every stage yourself");
    }
  }

  private Place<TextEncoder> textEncoder() {
    return new Place<>(Stage.TEXT_ENCODER, own.textEncoder, BuiltInStages::textEncoder);
  }

  private Place<TextEncoder> textEncoder2() {
    return new Place<>(Stage.TEXT_ENCODER_2, own.textEncoder2, BuiltInStages::textEncoder2);
  }

  private Place<Transformer> transformer() {
    return new Place<>(Stage.TRANSFORMER, own.transformer, BuiltInStages::transformer);
  }

  private Place<Vae> vae() {
    return new Place<>(Stage.VAE, own.vae, BuiltInStages::vae);
  }

  /**
   * The stages for a pipeline. Those of the checkpoint are opened once, to be refused early.
   *
   * @param log is told how each computes
   */
  StageSlots slots(TorchEngine engine, Logger log) {
    BuiltInStages builtIn = builtIn(engine);
    return new StageSlots(
        slot(textEncoder(), builtIn, log),
        slot(textEncoder2(), builtIn, log),
        slot(transformer(), builtIn, log),
        slot(vae(), builtIn, log));
  }

  /** What is found when the stages of the checkpoint are opened, each by itself. */
  List<StageInspection> inspect(TorchEngine engine) {
    BuiltInStages builtIn = builtIn(engine);
    return Stream.of(textEncoder(), textEncoder2(), transformer(), vae())
        .filter(place -> place.given() == null)
        .map(place -> StageInspection.of(place.stage(), () -> find(place, builtIn)))
        .toList();
  }

  private @Nullable BuiltInStages builtIn(TorchEngine engine) {
    return tree == null ? null : new BuiltInStages(engine, tree, settings);
  }

  private <T extends AutoCloseable> StageSlot<T> slot(
      Place<T> place, @Nullable BuiltInStages builtIn, Logger log) {
    T given = place.given();
    if (given != null) {
      return StageSlot.given(place.stage(), given, log);
    }
    BuiltInStage<T> found = find(place, builtIn);
    found.announce(place.stage(), settings.licence(), log);
    return StageSlot.of(place.stage(), settings.offload(), found.opener(), log);
  }

  private static <T extends AutoCloseable> BuiltInStage<T> find(
      Place<T> place, @Nullable BuiltInStages builtIn) {
    return place.builtIn().apply(Objects.requireNonNull(builtIn));
  }
}
