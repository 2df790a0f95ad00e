package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The official folder of checkpoints, and where each part of a model lies in it. One root serves
 * all parts.
 *
 * <pre>
 * ckpts/
 *   hunyuan-video-t2v-720p/
 *     transformers/ mp_rank_00_model_states.pt
 *     vae/          config.json, pytorch_model.pt
 *   text_encoder/   the Llama model, or the llava model as it is downloaded
 *   text_encoder_2/ openai/clip-vit-large-patch14
 * </pre>
 */
public final class CheckpointTree {

  private static final String MODEL = "hunyuan-video-t2v-720p";

  private static final String GET_MODEL =
      "Get it with: hf download tencent/HunyuanVideo --local-dir ckpts";
  private static final String GET_LLAMA =
      "Get it with: hf download xtuner/llava-llama-3-8b-v1_1-transformers --local-dir ckpts/text_encoder";
  private static final String GET_CLIP =
      "Get it with: hf download openai/clip-vit-large-patch14 --local-dir ckpts/text_encoder_2";

  private final Path root;
  private final @Nullable Path transformer;
  private final LoadKey loadKey;

  private CheckpointTree(Path root, @Nullable Path transformer, LoadKey loadKey) {
    this.root = root;
    this.transformer = transformer;
    this.loadKey = loadKey;
  }

  /** The tree below a folder. Nothing is looked at yet. */
  public static CheckpointTree at(Path root) {
    return new CheckpointTree(root, null, LoadKey.MODULE);
  }

  /**
   * The same tree with the transformer taken from elsewhere.
   *
   * @param path a {@code .pt} or {@code .safetensors} file, an index of several, or a folder with
   *     one of these
   */
  public CheckpointTree withTransformer(Path path) {
    return new CheckpointTree(root, path, loadKey);
  }

  /**
   * The same tree with another of the transformer's state dictionaries.
   *
   * @param key {@link LoadKey#MODULE} is the default
   */
  public CheckpointTree withLoadKey(LoadKey key) {
    return new CheckpointTree(root, transformer, key);
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** The file or folder of the transformer. */
  public Path transformerPath() {
    return transformer == null
        ? root.resolve(MODEL).resolve("transformers").resolve("mp_rank_00_model_states.pt")
        : transformer;
  }

  /** The folder of the VAE. */
  public Path vaePath() {
    return root.resolve(MODEL).resolve("vae");
  }

  /** The folder of the language model. */
  public Path textEncoderPath() {
    return root.resolve("text_encoder");
  }

  /** The folder of CLIP. */
  public Path textEncoder2Path() {
    return root.resolve("text_encoder_2");
  }

  /**
   * Opens the transformer's tensors.
   *
   * @throws CheckpointException if they are missing or malformed, or a load key is asked for and
   *     they are safetensors, which have none
   */
  public TensorSource transformer() {
    Path path = transformerPath();
    boolean safetensors =
        Files.isDirectory(path)
            ? !hasTorchFiles(path)
            : path.toString().endsWith(".safetensors") || path.toString().endsWith(".json");
    if (safetensors && loadKey != LoadKey.MODULE) {
      throw new CheckpointException(
          path,
          "safetensors hold one set of weights, there is no %s to choose; leave the load key out, or name a .pt file"
              .formatted(loadKey));
    }
    return safetensors
        ? Safetensors.open(path, List.of("diffusion_pytorch_model", "model"), GET_MODEL)
        : TorchCheckpoint.open(path, Unwrapping.transformer(loadKey), GET_MODEL);
  }

  private static boolean hasTorchFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".pt"));
    } catch (IOException e) {
      throw new CheckpointException(folder, "the folder cannot be listed: " + e, e);
    }
  }

  /**
   * The transformer's {@code config.json}, which the official checkpoint does not have; every key
   * is left out then.
   */
  public ConfigFile transformerConfig() {
    Path path = transformerPath();
    Path config =
        Files.isDirectory(path) ? path.resolve("config.json") : path.resolveSibling("config.json");
    return Files.exists(config) ? ConfigFile.read(config, GET_MODEL) : ConfigFile.empty(config);
  }

  /**
   * Opens the VAE's tensors.
   *
   * @throws CheckpointException if they are missing or malformed
   */
  public TensorSource vae() {
    Path official = vaePath().resolve("pytorch_model.pt");
    List<String> others = List.of("pytorch_model", "diffusion_pytorch_model");
    boolean safetensors =
        !Files.exists(official)
            && others.stream()
                .anyMatch(name -> Files.exists(vaePath().resolve(name + ".safetensors")));
    return safetensors
        ? Safetensors.open(vaePath(), others, GET_MODEL)
        : TorchCheckpoint.open(official, Unwrapping.vae(), GET_MODEL);
  }

  /**
   * The VAE's {@code config.json}.
   *
   * @throws CheckpointException if it is missing or malformed
   */
  public ConfigFile vaeConfig() {
    return ConfigFile.read(vaePath().resolve("config.json"), GET_MODEL);
  }

  /**
   * Opens the language model's tensors: of the model alone, or of the whole llava model.
   *
   * @throws CheckpointException if they are missing or malformed
   */
  public TensorSource textEncoder() {
    return Safetensors.open(textEncoderPath(), List.of("model"), GET_LLAMA);
  }

  /**
   * The language model's {@code config.json}.
   *
   * @throws CheckpointException if it is missing or malformed
   */
  public ConfigFile textEncoderConfig() {
    return ConfigFile.read(textEncoderPath().resolve("config.json"), GET_LLAMA);
  }

  /** The language model's {@code tokenizer.json}. */
  public CheckpointFile textEncoderTokenizer() {
    return new CheckpointFile(textEncoderPath().resolve("tokenizer.json"), GET_LLAMA);
  }

  /**
   * Opens CLIP's tensors.
   *
   * @throws CheckpointException if they are missing or malformed
   */
  public TensorSource textEncoder2() {
    Path folder = textEncoder2Path();
    Path torch = folder.resolve("pytorch_model.bin");
    return Files.exists(torch) && !Files.exists(folder.resolve("model.safetensors"))
        ? TorchCheckpoint.open(torch, Unwrapping.none(), GET_CLIP)
        : Safetensors.open(folder, List.of("model"), GET_CLIP);
  }

  /**
   * CLIP's {@code config.json}.
   *
   * @throws CheckpointException if it is missing or malformed
   */
  public ConfigFile textEncoder2Config() {
    return ConfigFile.read(textEncoder2Path().resolve("config.json"), GET_CLIP);
  }

  /** CLIP's {@code tokenizer.json}. */
  public CheckpointFile textEncoder2Tokenizer() {
    return new CheckpointFile(textEncoder2Path().resolve("tokenizer.json"), GET_CLIP);
  }

  /**
   * A part of the tree as {@link #audit()} found it.
   *
   * @param part its name
   * @param path where it was looked for
   * @param bytes its size; 0 if it has a problem
   * @param problem what is wrong with it and how to mend that; null if nothing is
   */
  public record Finding(String part, Path path, long bytes, @Nullable String problem) {

    /** Whether the part can be used. */
    public boolean isWhole() {
      return problem == null;
    }
  }

  /**
   * Looks at every part and says what is missing or malformed, and how to get it. Reads headers
   * only.
   */
  public List<Finding> audit() {
    return List.of(
        look("transformer", transformerPath(), () -> transformer().bytes()),
        look("VAE", vaePath(), () -> vae().bytes()),
        look("VAE configuration", vaePath(), () -> size(vaeConfig())),
        look("text encoder", textEncoderPath(), () -> textEncoder().bytes()),
        look("  its configuration", textEncoderPath(), () -> size(textEncoderConfig())),
        look("  its tokenizer", textEncoderPath(), () -> textEncoderTokenizer().require()),
        look("second text encoder", textEncoder2Path(), () -> textEncoder2().bytes()),
        look("  its configuration", textEncoder2Path(), () -> size(textEncoder2Config())),
        look("  its tokenizer", textEncoder2Path(), () -> textEncoder2Tokenizer().require()));
  }

  private static long size(ConfigFile read) {
    try {
      return Files.size(read.path());
    } catch (IOException e) {
      throw new CheckpointException(read.path(), "the file cannot be looked at: " + e, e);
    }
  }

  /** Looks at a part; the number of its bytes, or an exception. */
  private interface Look {
    long bytes();
  }

  private static Finding look(String part, Path path, Look look) {
    try {
      return new Finding(part, path, look.bytes(), null);
    } catch (CheckpointException e) {
      return new Finding(part, path, 0, e.getMessage());
    }
  }
}
