package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.GenerationCancelledException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineThreadTest {

  private final PipelineThread thread = new PipelineThread("under test");
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final List<String> done = new CopyOnWriteArrayList<>();

  @AfterEach
  void letGo() {
    go.countDown();
    thread.shutDown(() -> {});
  }

  /** Work that holds the thread until {@link #go} is given, and cannot be cancelled. */
  private PipelineThread.Task<String> holding() throws InterruptedException {
    PipelineThread.Task<String> task =
        thread.submit(
            cancellation -> {
              started.countDown();
              await(go);
              done.add("held");
              return "held";
            });
    started.await();
    return task;
  }

  private PipelineThread.Task<String> doing(String what) {
    return thread.submit(
        cancellation -> {
          done.add(what);
          return what;
        });
  }

  @Test
  void workIsDoneInTheOrderInWhichItCame() throws Exception {
    PipelineThread.Task<String> first = holding();
    PipelineThread.Task<String> second = doing("second");
    PipelineThread.Task<String> third = doing("third");
    assertThat(second.isDone()).isFalse();
    go.countDown();
    assertThat(third.join()).isEqualTo("third");
    assertThat(second.join()).isEqualTo("second");
    assertThat(first.result()).contains("held");
    assertThat(done).containsExactly("held", "second", "third");
  }

  @Test
  void workThatWaitsEndsAtOnceWhenItIsCancelled() throws Exception {
    PipelineThread.Task<String> running = holding();
    PipelineThread.Task<String> waiting = doing("never");
    waiting.cancel();
    assertThat(waiting.isDone()).isTrue();
    assertThatThrownBy(waiting::join).isInstanceOf(GenerationCancelledException.class);
    assertThatThrownBy(() -> waiting.future().get(50, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(GenerationCancelledException.class);
    assertThat(running.isDone()).isFalse();
    go.countDown();
    assertThat(doing("last").join()).isEqualTo("last");
    assertThat(done).containsExactly("held", "last");
  }

  @Test
  void whatIsSubmittedWhileItClosesIsRefusedAndEveryCloserWaits() throws Exception {
    PipelineThread.Task<String> running = holding();
    PipelineThread.Task<String> waiting = doing("never");
    List<Thread> closers =
        List.of(
            new Thread(() -> thread.shutDown(() -> done.add("released"))),
            new Thread(() -> thread.shutDown(() -> done.add("released twice"))));
    for (Thread closer : closers) {
      closer.start();
      while (closer.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    assertThat(waiting.isDone()).isTrue();
    assertThatThrownBy(() -> doing("late"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(closers).allMatch(Thread::isAlive);
    go.countDown();
    for (Thread closer : closers) {
      closer.join();
    }
    assertThat(running.result()).contains("held");
    assertThat(done).containsExactly("held", "released");
  }

  @Test
  void whatFailsWhileReleasingReachesWhoCloses() {
    IllegalStateException failure = new IllegalStateException("the driver is gone");
    PipelineThread closing = new PipelineThread("closing");
    assertThatThrownBy(
            () ->
                closing.shutDown(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void workCanCloseItsOwnThread() {
    var closed =
        thread.submit(
            cancellation -> {
              thread.shutDown(() -> done.add("released"));
              return "closed";
            });
    assertThat(closed.join()).isEqualTo("closed");
    thread.shutDown(() -> {});
    assertThat(done).containsExactly("released");
  }

  @Test
  void whatAnInterruptedCallerDidNotTakeCanBeReleased() throws Exception {
    PipelineThread.Task<String> opening = holding();
    Thread.currentThread().interrupt();
    assertThatThrownBy(opening::join).isInstanceOf(GenerationCancelledException.class);
    assertThat(Thread.interrupted()).as("the interrupt is passed on").isTrue();
    assertThat(opening.result()).isEmpty();
    AtomicReference<Optional<String>> left = new AtomicReference<>();
    go.countDown();
    thread.shutDown(() -> left.set(opening.result()));
    assertThat(left.get()).contains("held");
  }

  @Test
  void anInterruptedCallerCanWaitForTheEndAllTheSame() throws Exception {
    PipelineThread.Task<String> running = holding();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                running.joinToTheEnd();
              } catch (GenerationCancelledException e) {
                done.add("returned");
                thrown.set(e);
              }
            });
    caller.start();
    caller.interrupt();
    caller.join(100);
    assertThat(caller.isAlive()).isTrue();
    go.countDown();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(GenerationCancelledException.class);
    assertThat(done).containsExactly("held", "returned");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
