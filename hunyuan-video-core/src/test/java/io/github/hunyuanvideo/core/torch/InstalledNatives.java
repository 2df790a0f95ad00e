package io.github.hunyuanvideo.core.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The natives that the engine of the tests has loaded, from which others are made without unpacking
 * or copying 450 MB.
 *
 * @param version of libtorch
 * @param platform as in the natives' classifier
 * @param folder where they lie; never to be changed
 */
record InstalledNatives(String version, String platform, Path folder) {

  static InstalledNatives of(TorchEngine engine) {
    return new InstalledNatives(
        engine.natives().version(),
        NativeLibraries.find().platform(),
        Path.of(engine.natives().folder()).toAbsolutePath());
  }

  /** Makes another folder with the same files. */
  void linkInto(Path target) throws IOException {
    Files.createDirectories(target);
    for (Path file : files()) {
      link(file, target.resolve(file.getFileName()));
    }
  }

  /** Replaces a file by one of the same size that holds nothing. */
  static void replaceByZeros(Path file) throws IOException {
    long size = Files.size(file);
    Files.delete(file); // a link; writing to it would change the original
    try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
      zeros.setLength(size);
    }
  }

  /** Replaces a file by one that ends too early. */
  static void truncate(Path file) throws IOException {
    byte[] beginning;
    try (InputStream whole = Files.newInputStream(file)) {
      beginning = whole.readNBytes(1_000_000);
    }
    Files.delete(file); // a link; writing to it would change the original
    Files.write(file, beginning);
  }

  List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void link(Path file, Path link) throws IOException {
    try {
      Files.createLink(link, file);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, link); // another disk
    }
  }
}
