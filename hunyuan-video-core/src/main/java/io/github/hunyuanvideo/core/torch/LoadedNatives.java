package io.github.hunyuanvideo.core.torch;

/**
 * The PyTorch natives that run in this JVM.
 *
 * @param version of libtorch
 * @param flavour {@code cpu}, or CUDA's version as in {@code cu128}
 * @param folder where the libraries were loaded from
 * @param startedHere false if an application had started the engine before this library did
 */
public record LoadedNatives(String version, String flavour, String folder, boolean startedHere) {

  @Override
  public String toString() {
    return "PyTorch " + version + ", " + flavour + ", from " + folder;
  }
}
