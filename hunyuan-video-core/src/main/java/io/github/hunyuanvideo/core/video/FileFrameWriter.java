package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.VideoEncodingException;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.core.files.PendingFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contract of {@link FrameWriter}, the same for every format: the file appears whole or not at
 * all.
 *
 * <p>Its methods exclude each other, since closing while another thread is inside of the encoder
 * would end the JVM.
 */
final class FileFrameWriter implements FrameWriter {

  private static final Logger log = LoggerFactory.getLogger(FileFrameWriter.class);

  private final Path file;
  private final VideoSize size;
  private final PendingFile pending;
  private final FrameFile content;
  private int frames;
  private boolean open = true;

  private FileFrameWriter(Path file, VideoSize size, PendingFile pending, FrameFile content) {
    this.file = file;
    this.size = size;
    this.pending = pending;
    this.content = content;
  }

  /** Begins to fill a file of some format. */
  @FunctionalInterface
  interface Format {

    /**
     * Opens it.
     *
     * @param part an empty file
     * @throws IOException if that fails; nothing is held then
     */
    FrameFile open(Path part) throws IOException;
  }

  /**
   * Starts a file.
   *
   * @throws VideoEncodingException if that fails; nothing is left behind then
   */
  static FileFrameWriter open(Path file, VideoSize size, Format format) {
    PendingFile pending;
    try {
      pending = PendingFile.beside(file);
    } catch (IOException e) {
      throw failure(file, e);
    }
    boolean opened = false;
    try {
      FileFrameWriter writer =
          new FileFrameWriter(file, size, pending, format.open(pending.part()));
      opened = true;
      return writer;
    } catch (IOException e) {
      throw failure(file, e);
    } finally {
      if (!opened) {
        pending.discard();
      }
    }
  }

  @Override
  public synchronized void write(Frame frame) {
    requireOpen();
    if (!frame.size().equals(size)) {
      throw new IllegalArgumentException(
          "every frame of %s must be %s, got one of %s; scale it, or open a file for that size"
              .formatted(file, size, frame.size()));
    }
    try {
      content.add(frame);
      frames++;
    } catch (IOException e) {
      close();
      throw failure(file, e);
    }
  }

  @Override
  public synchronized void finish() {
    requireOpen();
    if (frames == 0) {
      throw new IllegalStateException(
          "%s has no frames; write at least 1 before finishing, or close without finishing"
              .formatted(file));
    }
    try {
      content.complete();
      content.close();
      pending.publish();
      log.debug("{}: {} frames of {}", file, frames, size);
    } catch (IOException e) {
      throw failure(file, e);
    } finally {
      close();
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      content.close();
      pending.discard();
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException(
          "the writer of %s is closed; open another one".formatted(file));
    }
  }

  private static VideoEncodingException failure(Path file, IOException cause) {
    return new VideoEncodingException(
        "%s could not be written: %s. Remove the cause or choose another place, and save it again."
            .formatted(file, reason(cause)),
        cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException denied) {
      return "access to %s is denied".formatted(denied.getFile());
    }
    if (cause instanceof FileSystemException fault) {
      return fault.getReason() == null
          ? fault.toString()
          : "%s: %s".formatted(fault.getFile(), fault.getReason());
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
