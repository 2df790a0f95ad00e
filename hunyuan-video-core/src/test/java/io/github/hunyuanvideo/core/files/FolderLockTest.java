package io.github.hunyuanvideo.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir private Path folder;

  private CompletableFuture<Void> takenByAnotherThread(Path file, CountDownLatch started) {
    return CompletableFuture.runAsync(
        () -> {
          started.countDown();
          FolderLock.of(file).close();
        });
  }

  private static boolean isDoneSoon(CompletableFuture<Void> future) throws Exception {
    try {
      future.get(SHORT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Test
  void anotherThreadWaits() throws Exception {
    Path file = folder.resolve("new/folder/lock");
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Void> other;
    try (FolderLock lock = FolderLock.of(file)) {
      other = takenByAnotherThread(file, started);
      started.await();
      assertThat(isDoneSoon(other)).isFalse();
    }
    other.get(10, TimeUnit.SECONDS);
    assertThat(file).exists();
  }

  @Test
  void theSameThreadMayHoldSeveral() {
    try (FolderLock outer = FolderLock.of(folder.resolve("one"));
        FolderLock inner = FolderLock.of(folder.resolve("other"))) {
      assertThat(inner).isNotSameAs(outer);
    }
  }

  /** Another class loader's copy of the class knows nothing of our threads, only of the file. */
  @Test
  void whoeverHoldsTheFileIsWaitedFor() throws Exception {
    Path file = folder.resolve("lock");
    CompletableFuture<Void> other;
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      CountDownLatch started = new CountDownLatch(1);
      other = takenByAnotherThread(file, started);
      started.await();
      assertThat(isDoneSoon(other)).isFalse();
    }
    other.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whereThereCanBeNoLockWorkGoesOn() throws IOException {
    Path noFolder = Files.createFile(folder.resolve("a-file"));
    FolderLock.of(noFolder.resolve("lock")).close();
    FolderLock.of(Files.createDirectory(folder.resolve("a-folder"))).close();
    assertThat(noFolder).isEmptyFile();
  }
}
