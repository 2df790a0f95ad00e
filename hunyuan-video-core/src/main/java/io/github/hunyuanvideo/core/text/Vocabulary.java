package io.github.hunyuanvideo.core.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Platform;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token ids of a text, by a {@code tokenizer.json} of Hugging Face's format. Special tokens
 * that are written in a text are taken as special tokens, as in the official code; nothing is cut
 * off and nothing is filled up here.
 */
public final class Vocabulary implements AutoCloseable {

  /** Larger than any real one. */
  private static final long LARGEST = 256L << 20;

  /** Ids are taken as the file's own rules give them. */
  private static final Map<String, String> AS_IS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");

  private final CheckpointFile file;
  private @Nullable HuggingFaceTokenizer tokenizer;

  private Vocabulary(CheckpointFile file) {
    this.file = file;
  }

  /**
   * The vocabulary in a file; read when it is first used.
   *
   * @param file a {@code tokenizer.json}
   * @throws CheckpointException if it is missing or far too large
   */
  public static Vocabulary of(CheckpointFile file) {
    if (file.require() > LARGEST) {
      throw new CheckpointException(
          file.path(), "a tokenizer of more than " + LARGEST + " bytes, which no model has");
    }
    return new Vocabulary(file);
  }

  /**
   * Reads the file now, so that a malformed one is known before a text has to wait for it.
   *
   * @throws CheckpointException if the file is malformed
   * @throws NativeLibraryException if the tokenizer's natives cannot be loaded
   */
  public void requireReadable() {
    HuggingFaceTokenizer unused = tokenizer();
  }

  /**
   * The ids of a text, with the special tokens that the file adds by itself.
   *
   * @throws CheckpointException if the file is malformed
   * @throws NativeLibraryException if the tokenizer's natives cannot be loaded
   */
  public long[] ids(String text) {
    return tokenizer().encode(text, true, false).getIds();
  }

  /**
   * Which tokenizer natives there are, for people.
   *
   * @throws NativeLibraryException if they cannot be loaded
   */
  public static String describeNatives() {
    TokenizerNatives.require();
    return "Hugging Face tokenizers " + Platform.detectPlatform("tokenizers").getVersion();
  }

  private synchronized HuggingFaceTokenizer tokenizer() {
    if (tokenizer == null) {
      TokenizerNatives.require();
      try (InputStream in = Files.newInputStream(file.path())) {
        tokenizer = HuggingFaceTokenizer.newInstance(in, AS_IS);
      } catch (IOException | RuntimeException e) {
        throw new CheckpointException(
            file.path(),
            "this is no tokenizer of Hugging Face's format: %s. %s"
                .formatted(e.getMessage(), file.remedy()),
            e);
      }
    }
    return tokenizer;
  }

  @Override
  public synchronized void close() {
    if (tokenizer != null) {
      tokenizer.close();
      tokenizer = null;
    }
  }
}
