package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Stage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The place of a stage in a pipeline: opens it when it is needed, and keeps or closes it
 * afterwards. Used by the pipeline's thread alone.
 *
 * @param <T> the stage's interface
 */
final class StageSlot<T extends AutoCloseable> {

  private final Stage stage;
  private final Supplier<T> source;
  private final Keeping keeping;
  private final Logger log;
  private @Nullable T open;

  /** How long a stage stays open. */
  private enum Keeping {
    /** It is the caller's; never closed here. */
    GIVEN,
    /** Until the pipeline is closed. */
    KEPT,
    /** For one use. */
    RELEASED
  }

  private StageSlot(Stage stage, Supplier<T> source, Keeping keeping, Logger log) {
    this.stage = stage;
    this.source = source;
    this.keeping = keeping;
    this.log = log;
  }

  /** A slot for a stage that the caller gave and will close. */
  static <T extends AutoCloseable> StageSlot<T> given(Stage stage, T instance, Logger log) {
    return new StageSlot<>(stage, () -> instance, Keeping.GIVEN, log);
  }

  /** A slot for a stage that the pipeline opens and closes. */
  static <T extends AutoCloseable> StageSlot<T> of(
      Stage stage, OffloadMode offload, Supplier<T> source, Logger log) {
    Keeping keeping = offload == OffloadMode.NONE ? Keeping.KEPT : Keeping.RELEASED;
    return new StageSlot<>(stage, source, keeping, log);
  }

  /** Works with the stage; opens it before, and closes it after if its weights are not to stay. */
  <R> R use(Function<T, R> work) {
    T instance = open;
    if (instance == null) {
      long start = System.nanoTime();
      instance = source.get();
      open = instance;
      log.debug("Opened {} in {} ms", stage.label(), (System.nanoTime() - start) / 1_000_000);
    }
    try {
      return work.apply(instance);
    } finally {
      if (keeping == Keeping.RELEASED) {
        release();
      }
    }
  }

  /** Closes the stage unless it is the caller's. */
  void release() {
    T instance = open;
    open = null;
    if (instance == null || keeping == Keeping.GIVEN) {
      return;
    }
    try {
      instance.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("closing the " + stage.label() + " failed", e);
    }
  }
}
