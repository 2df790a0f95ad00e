package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.NativeLibraryException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which natives are taken, held against DJL's own rules. */
class NativeLibrariesTest {

  private static final String BRIDGE = System.mapLibraryName("djl_torch");

  @TempDir Path folder;

  @Test
  void aFolderWithABridgeOfItsOwnMayHoldAnyPyTorch() throws IOException {
    Files.createFile(folder.resolve(System.mapLibraryName("torch")));
    Files.createFile(folder.resolve(System.mapLibraryName("torch_cuda")));
    Files.createFile(folder.resolve(BRIDGE));
    NativeLibraries found =
        with(
            Map.of(
                "PYTORCH_LIBRARY_PATH", folder.toString(),
                "PYTORCH_VERSION", "9.9.9",
                "PYTORCH_FLAVOR", "cu999"),
            NativeLibraries::find);
    assertThat(found.isFolder()).isTrue();
    assertThat(found.version()).isEqualTo("9.9.9");
    assertThat(found.flavour()).isEqualTo("cu999");
    assertThat(found.origin()).isEqualTo(folder.toString());
  }

  @Test
  void aFolderWhoseBridgeIsNowhereIsRefusedBeforeAnythingIsLoaded() throws IOException {
    Files.createFile(folder.resolve(System.mapLibraryName("torch")));
    Map<String, String> settings =
        Map.of("PYTORCH_LIBRARY_PATH", folder.toString(), "PYTORCH_FLAVOR", "cu117");
    assertThatThrownBy(() -> with(settings, NativeLibraries::find))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cu117")
        .hasMessageContaining(BRIDGE)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void ofSeveralJarsTheOneThatDjlTakesIsFound() throws IOException {
    NativeLibraries usual = NativeLibraries.find();
    String later = usual.flavour() + "-zzz";
    Path properties = folder.resolve("native/lib/pytorch.properties");
    Files.createDirectories(properties.getParent());
    Files.writeString(
        properties,
        "version=2.7.1\nflavor=%s\nclassifier=%s\nlibraries=a\n"
            .formatted(later, usual.platform()));
    Path bridge = folder.resolve("jnilib/" + usual.platform() + "/" + later + "/" + BRIDGE);
    Files.createDirectories(bridge.getParent());
    Files.createFile(bridge);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader both = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
      thread.setContextClassLoader(both);
      assertThat(NativeLibraries.find().flavour()).isEqualTo(later);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static <T> T with(Map<String, String> properties, Supplier<T> code) {
    properties.forEach(System::setProperty);
    try {
      return code.get();
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }
}
