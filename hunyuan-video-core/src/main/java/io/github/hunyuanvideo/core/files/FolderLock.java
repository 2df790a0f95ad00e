package io.github.hunyuanvideo.core.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps other processes, and other threads of this one, from unpacking into a folder at the same
 * moment: whoever comes second waits, and finds the work done.
 *
 * <pre>{@code
 * try (FolderLock lock = FolderLock.of(folder.resolve("hunyuan-video.lock"))) {
 *   …
 * }
 * }</pre>
 */
public final class FolderLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FolderLock.class);

  /** The system's locks belong to the process, so that threads need one of their own. */
  private static final ReentrantLock WITHIN_THIS_PROCESS = new ReentrantLock();

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final @Nullable FileChannel channel;

  private FolderLock(@Nullable FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock. Where there can be none, in a folder that cannot be written to or on a disk
   * without locks, only threads of this process are kept away.
   *
   * @param file a file for this purpose alone; it and the folder are made, and stay
   */
  public static FolderLock of(Path file) {
    WITHIN_THIS_PROCESS.lock();
    FileChannel channel = null;
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      acquire(channel);
      return new FolderLock(channel);
    } catch (IOException e) {
      log.debug("Going on without the lock {}: {}", file, e.toString());
      close(channel);
      return new FolderLock(null);
    }
  }

  private static void acquire(FileChannel channel) throws IOException {
    while (true) {
      try {
        var unused = channel.lock();
        return;
      } catch (OverlappingFileLockException e) {
        // Another class loader of this process has it.
        if (Thread.currentThread().isInterrupted()) {
          throw new IOException("interrupted while waiting", e);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      log.debug("A lock's file could not be closed", e);
    }
  }

  /** Lets the next one go on. */
  @Override
  public void close() {
    close(channel);
    WITHIN_THIS_PROCESS.unlock();
  }
}
