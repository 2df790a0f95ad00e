package io.github.hunyuanvideo.core.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.checkpoint.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

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

  private final HuggingFaceTokenizer tokenizer;

  private Vocabulary(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a vocabulary.
   *
   * @param file a {@code tokenizer.json}
   * @param remedy how to get it if it is missing, as a sentence
   * @throws CheckpointException if it is missing or malformed
   * @throws NativeLibraryException if the tokenizer's natives cannot be loaded
   */
  public static Vocabulary read(Path file, String remedy) {
    if (TensorFile.of(file, remedy).size() > LARGEST) {
      throw new CheckpointException(file, "a tokenizer of more than " + LARGEST + " bytes");
    }
    requireNatives();
    try (InputStream in = Files.newInputStream(file)) {
      return new Vocabulary(HuggingFaceTokenizer.newInstance(in, AS_IS));
    } catch (IOException | RuntimeException e) {
      throw new CheckpointException(
          file, "this is no tokenizer of Hugging Face's format: " + e.getMessage(), e);
    }
  }

  private static void requireNatives() {
    try {
      LibUtils.checkStatus();
    } catch (EngineException | LinkageError e) {
      throw new NativeLibraryException(
          "the natives of ai.djl.huggingface:tokenizers could not be loaded (%s). They are unpacked below .djl.ai in the home folder: delete that folder if it may be damaged, or set DJL_CACHE_DIR to a folder that can be written to"
              .formatted(e.getCause() == null ? e : e.getCause()),
          e);
    }
  }

  /** The ids of a text, with the special tokens that the file adds by itself. */
  public long[] ids(String text) {
    return tokenizer.encode(text, true, false).getIds();
  }

  /** The ids of a text alone. */
  public long[] bareIds(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
