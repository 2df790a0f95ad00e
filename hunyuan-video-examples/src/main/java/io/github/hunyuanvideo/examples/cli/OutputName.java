package io.github.hunyuanvideo.examples.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of files that come from a prompt, safe on every file system. */
final class OutputName {

  /** As the official program, but without colons. */
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss");

  /** What some file system or shell gives a meaning to. */
  private static final Pattern UNSAFE = Pattern.compile("[^\\p{L}\\p{N}._-]+");

  /** File systems limit a name to 255 bytes; a character may take four. */
  private static final int LONGEST_IN_BYTES = 180;

  private OutputName() {}

  /** A name without ending: time, seed, and the beginning of the prompt. */
  static String of(LocalDateTime now, @Nullable Long seed, String prompt) {
    String head = TIME.format(now) + (seed == null ? "" : "_seed" + seed);
    String tail = safe(prompt);
    return tail.isEmpty() ? head : head + "_" + tail;
  }

  /** A text without anything that a file system or shell could take amiss. */
  static String safe(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    String plain = UNSAFE.matcher(composed).replaceAll("-").replaceAll("\\.{2,}", ".");
    StringBuilder kept = new StringBuilder();
    int bytes = 0;
    for (int codePoint : plain.codePoints().limit(100).toArray()) {
      String character = Character.toString(codePoint);
      bytes += character.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_IN_BYTES) {
        break;
      }
      kept.append(character);
    }
    return kept.toString().replaceAll("^[.-]+|[.-]+$", "");
  }

  /**
   * The file, or if there is one of that name already, the first numbered one that is not there.
   */
  static Path untaken(Path file) {
    Path free = file;
    for (int number = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); number++) {
      free = numbered(file, number);
    }
    return free;
  }

  /** The same file name with a number before its ending. */
  static Path numbered(Path file, int number) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return file.resolveSibling(name.substring(0, dot) + "_" + number + name.substring(dot));
  }
}
