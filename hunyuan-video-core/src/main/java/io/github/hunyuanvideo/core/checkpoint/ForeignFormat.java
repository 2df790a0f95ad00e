package io.github.hunyuanvideo.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What people find under a checkpoint's name when a download or a copy went wrong, told by the
 * first bytes, so that a message can say what the file is and not only what it is not.
 */
final class ForeignFormat {

  private static final int LONGEST_SIGNATURE = 64;

  /** The pickled magic number with which torch.save began files before PyTorch 1.6. */
  private static final String LEGACY_TORCH =
      "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";

  private ForeignFormat() {}

  /** What the file is and what to do, as a sentence; empty if it is nothing known. */
  static Optional<String> of(FileBytes bytes) {
    ByteBuffer start = bytes.start(LONGEST_SIGNATURE);
    String text = StandardCharsets.ISO_8859_1.decode(start.duplicate()).toString();
    if (text.isEmpty()) {
      return Optional.of("the file is empty; download it again");
    }
    if (text.startsWith("version https://git-lfs")) {
      return Optional.of(
          "this is the pointer that Git LFS leaves in place of a large file; run \"git lfs pull\" in its folder");
    }
    String lowerCase = text.strip().toLowerCase(Locale.ROOT);
    if (lowerCase.startsWith("<!doctype html") || lowerCase.startsWith("<html")) {
      return Optional.of(
          "this is a web page, probably an error message of the server; download the file again");
    }
    if (text.startsWith("GGUF")) {
      return Optional.of("this is a GGUF file, which is not supported");
    }
    if (text.startsWith("PK\3\4")) {
      return Optional.of("this is a zip archive, as torch.save writes (.pt), or the start of one");
    }
    if (text.startsWith(LEGACY_TORCH)) {
      return Optional.of(
          "this is the format that torch.save wrote before PyTorch 1.6; load it with a current PyTorch and save it again");
    }
    if (isSafetensors(start, bytes.size())) {
      return Optional.of("this is a safetensors file; give it the ending .safetensors");
    }
    if (text.length() > 1 && text.charAt(0) == 0x80 && text.charAt(1) >= 2 && text.charAt(1) <= 5) {
      return Optional.of(
          "this is a bare pickle; only archives that torch.save writes are read, save the weights with it");
    }
    return Optional.empty();
  }

  private static boolean isSafetensors(ByteBuffer start, long size) {
    return start.remaining() > 8
        && start.get(8) == '{'
        && start.getLong(0) >= 2
        && start.getLong(0) <= Math.min(size - 8, SafetensorsHeader.LONGEST);
  }
}
