package io.github.hunyuanvideo.core.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the making, under a hidden name beside the one that it will get: on the same disk, so
 * that giving it its name is one step, and with another ending, so that nobody takes it for a
 * finished one.
 *
 * <pre>{@code
 * PendingFile file = PendingFile.beside(Path.of("cat.mp4"));
 * try {
 *   Files.write(file.part(), bytes);
 *   file.publish();
 * } finally {
 *   file.discard();
 * }
 * }</pre>
 */
public final class PendingFile {

  private static final Logger log = LoggerFactory.getLogger(PendingFile.class);

  /** File systems take names of 255 bytes; a character may need 4 of them. */
  private static final int LONGEST_STEM = 40;

  private final Path target;
  private final Path part;
  private final Deque<Path> madeFolders;

  private PendingFile(Path target, Path part, Deque<Path> madeFolders) {
    this.target = target;
    this.part = part;
    this.madeFolders = madeFolders;
  }

  /**
   * Starts a file. Missing folders above it are made. An earlier file of that name stays as it is;
   * where the name is a link, the file that it leads to is the one to be replaced.
   *
   * @throws IOException if the name belongs to a folder, or nothing can be written there
   */
  public static PendingFile beside(Path file) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path name = target.getFileName();
    Path folder = target.getParent();
    boolean taken = Files.exists(target) && !Files.isRegularFile(target); // a folder, a device
    if (taken || name == null || folder == null) {
      throw new IOException("it is not an ordinary file");
    }
    Deque<Path> made = missingFolders(folder);
    String stem =
        name.toString()
            .codePoints()
            .limit(LONGEST_STEM)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    Path part = folder.resolve("." + stem + ".part-" + UUID.randomUUID());
    PendingFile pending = new PendingFile(target, part, made);
    boolean started = false;
    try {
      Files.createDirectories(folder);
      Files.createFile(part);
      started = true;
      return pending;
    } finally {
      if (!started) {
        pending.discard();
      }
    }
  }

  /** Where to write. */
  public Path part() {
    return part;
  }

  /**
   * Gives the file its name, in place of an earlier one.
   *
   * @throws IOException if that fails; the earlier file is still there then
   */
  public void publish() throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true); // else a machine that stops could keep the name and lose what it names
    }
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
    madeFolders.clear();
  }

  /** Removes what was written, unless it was published, and the folders that were made for it. */
  public void discard() {
    try {
      Files.deleteIfExists(part);
      while (!madeFolders.isEmpty()) {
        Files.deleteIfExists(madeFolders.pop());
      }
    } catch (DirectoryNotEmptyException e) {
      log.debug("{} stays, others use it by now", e.getMessage());
    } catch (IOException e) {
      log.warn("An unfinished file was left behind at {}: {}", part, e.toString());
    }
  }

  /** Those that have to be made, the deepest first. */
  private static Deque<Path> missingFolders(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    @Nullable Path at = folder;
    while (at != null && !Files.exists(at)) {
      missing.add(at);
      at = at.getParent();
    }
    if (at != null && !Files.isDirectory(at)) {
      throw new IOException(at + " is a file, not a folder");
    }
    return missing;
  }
}
