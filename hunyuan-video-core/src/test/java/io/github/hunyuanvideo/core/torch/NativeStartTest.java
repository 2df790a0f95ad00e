package io.github.hunyuanvideo.core.torch;

import static io.github.hunyuanvideo.core.torch.StartProgram.Task.APPLICATION;
import static io.github.hunyuanvideo.core.torch.StartProgram.Task.ENGINE;
import static io.github.hunyuanvideo.core.torch.StartProgram.Task.SETTINGS;
import static io.github.hunyuanvideo.core.torch.StartProgram.Task.TOKENIZER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Natives that are missing, do not fit or are there already, each in a JVM of its own. */
@ExtendWith(EngineExtension.class)
class NativeStartTest {

  private static final Path TOKENIZER_FILE = Golden.path("tiny-ckpts/text_encoder/tokenizer.json");

  @TempDir private Path folder;

  private final InstalledNatives installed;

  NativeStartTest(TorchEngine engine) {
    this.installed = InstalledNatives.of(engine);
  }

  /** What the engine on the class path was built for. */
  private static String built(String key) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = NativeStartTest.class.getResourceAsStream("/pytorch-engine.properties")) {
      properties.load(Objects.requireNonNull(in));
    }
    return Objects.requireNonNull(properties.getProperty(key));
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private ChildJvm jvm() {
    return new ChildJvm(folder).withVariable("HUNYUANVIDEO_CACHE", cache());
  }

  private void requireCoordinates(String output) throws IOException {
    String torch = built("pytorch_version");
    assertThat(output)
        .contains("ENGINE: NativeLibraryException: ")
        .contains("<artifactId>pytorch-native-cpu</artifactId>\n    <version>" + torch + "<")
        .contains("<classifier>" + installed.platform() + "</classifier>")
        .contains(
            "<artifactId>pytorch-jni</artifactId>\n    <version>%s-%s<"
                .formatted(torch, built("djl_version")));
    assertThat(output).as("stays offline").contains("SETTINGS: true ");
    assertThat(cache().resolve("djl")).as("nothing is downloaded").doesNotExist();
  }

  @Test
  void missingNativesAreNamedWithTheirCoordinatesAndNothingIsDownloaded()
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm()
            .without(jar -> jar.startsWith("pytorch-native-"))
            .run(StartProgram.class, ENGINE, SETTINGS)
            .succeeded();
    assertThat(result.out()).contains("There are no PyTorch natives for " + installed.platform());
    requireCoordinates(result.out());
  }

  @Test
  void aMissingBridgeIsNamedWithItsCoordinatesAndNothingIsDownloaded()
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm()
            .without(jar -> jar.startsWith("pytorch-jni-"))
            .run(StartProgram.class, ENGINE, SETTINGS)
            .succeeded();
    assertThat(result.out()).contains("is missing or does not fit (found: none)");
    requireCoordinates(result.out());
  }

  @Test
  void nativesThatTheBridgeWasNotBuiltForAreRefusedAndNothingIsDownloaded()
      throws IOException, InterruptedException {
    Path other = folder.resolve("other");
    Files.createDirectories(other.resolve("native/lib"));
    Files.writeString(
        other.resolve("native/lib/pytorch.properties"),
        "version=2.5.1-20240101\nflavor=cpu\nclassifier=%s\nlibraries=libtorch.so\n"
            .formatted(installed.platform()));
    ChildJvm.Result result =
        jvm()
            .without(jar -> jar.startsWith("pytorch-native-"))
            .first(other)
            .run(StartProgram.class, ENGINE, SETTINGS)
            .succeeded();
    assertThat(result.out())
        .contains("DJL's bridge to PyTorch 2.5.1 for ")
        .contains("found: " + built("pytorch_version"));
    requireCoordinates(result.out());
  }

  @Test
  void aLibraryPathWithoutLibrariesIsRefusedByName() throws IOException, InterruptedException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    ChildJvm.Result result =
        jvm()
            .withVariable("PYTORCH_LIBRARY_PATH", empty)
            .run(StartProgram.class, ENGINE)
            .succeeded();
    assertThat(result.out())
        .contains("ENGINE: NativeLibraryException: PYTORCH_LIBRARY_PATH is set to " + empty)
        .contains(System.mapLibraryName("torch"))
        .contains("unset it");
  }

  @Test
  void aLibraryPathWithoutABridgeThatFitsIsRefusedAndNothingIsDownloaded()
      throws IOException, InterruptedException {
    Path libraries = Files.createDirectory(folder.resolve("libtorch"));
    Files.createFile(libraries.resolve(System.mapLibraryName("torch")));
    ChildJvm.Result result =
        jvm()
            .withVariable("PYTORCH_LIBRARY_PATH", libraries)
            .withVariable("PYTORCH_VERSION", "2.9.0")
            .run(StartProgram.class, ENGINE)
            .succeeded();
    assertThat(result.out())
        .contains("ENGINE: NativeLibraryException: " + libraries)
        .contains(System.mapLibraryName("djl_torch"))
        .contains("PYTORCH_VERSION");
  }

  @Test
  void aLibraryPathWithTheLibrariesIsUsed() throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm()
            .without(jar -> jar.startsWith("pytorch-native-"))
            .withVariable("PYTORCH_LIBRARY_PATH", installed.folder())
            .run(StartProgram.class, ENGINE)
            .succeeded();
    assertThat(result.out())
        .contains("ENGINE: %s cpu here=true %s".formatted(installed.version(), installed.folder()));
  }

  @Test
  void aVersionThatIsNotThereIsRefusedByName() throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm().withVariable("PYTORCH_VERSION", "9.9.9").run(StartProgram.class, ENGINE).succeeded();
    assertThat(result.out())
        .contains("ENGINE: NativeLibraryException: PYTORCH_VERSION asks for PyTorch 9.9.9")
        .contains(built("pytorch_version"))
        .contains("unset it");
  }

  @Test
  void anApplicationThatIsOnlineStaysOnlineAndIsTold() throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(folder)
            .with("-Dai.djl.offline=false")
            .run(StartProgram.class, ENGINE, SETTINGS)
            .succeeded();
    assertThat(result.out())
        .containsPattern("WARN .*ai\\.djl\\.offline")
        .contains("here=true")
        .contains("SETTINGS: false ");
  }

  @Test
  void anEngineThatTheApplicationStartedIsJoined() throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(folder).run(StartProgram.class, APPLICATION, ENGINE, SETTINGS).succeeded();
    assertThat(result.out())
        .contains("APPLICATION: PyTorch")
        .contains("ENGINE: %s cpu here=false".formatted(installed.version()))
        .contains("[1.0, 2.0]");
  }

  /** As with DJL's own downloads: natives in its cache, and none on the class path. */
  @Test
  void anEngineWhoseNativesAreNotOnTheClassPathIsJoinedToo()
      throws IOException, InterruptedException {
    Path libraries =
        folder.resolve(
            "djl/pytorch/%s-cpu-%s".formatted(installed.version(), installed.platform()));
    installed.linkInto(libraries);
    ChildJvm.Result result =
        new ChildJvm(folder)
            .without(jar -> jar.startsWith("pytorch-native-"))
            .withVariable("ENGINE_CACHE_DIR", folder.resolve("djl"))
            .with("-Dai.djl.offline=true")
            .run(StartProgram.class, APPLICATION, ENGINE)
            .succeeded();
    assertThat(result.out())
        .contains("ENGINE: %s cpu here=false %s".formatted(installed.version(), libraries));
  }

  @Test
  void aStartThatFailedIsTriedAgainAndSaysTheSame() throws IOException, InterruptedException {
    Path libraries = cache().resolve("djl/pytorch").resolve(installed.folder().getFileName());
    installed.linkInto(libraries);
    InstalledNatives.replaceByZeros(libraries.resolve(System.mapLibraryName("torch_cpu")));
    ChildJvm.Result result = jvm().run(StartProgram.class, ENGINE, ENGINE).succeeded();
    assertThat(result.out().lines().filter(line -> line.startsWith("ENGINE: ")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("ENGINE: NativeLibraryException: ")
                    .contains("could not be loaded")
                    .contains("delete that folder")
                    .contains("below " + cache().resolve("djl/pytorch"))
                    .contains("hunyuanvideo.cache"));
  }

  @Test
  void theTokenizerAloneStaysOfflineAndUnpacksBesideTheEngine()
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm().run(StartProgram.class, TOKENIZER, TOKENIZER_FILE, SETTINGS).succeeded();
    assertThat(result.out())
        .contains("TOKENIZER: [773, 64, 670]")
        .contains("SETTINGS: true " + cache().resolve("djl"));
    assertThat(cache().resolve("djl/tokenizers")).isNotEmptyDirectory();
  }

  @Test
  void whatAnApplicationSaysAboutDjlsCacheIsLeftAsItIs() throws IOException, InterruptedException {
    ChildJvm.Result result =
        jvm()
            .withVariable("DJL_CACHE_DIR", folder.resolve("djl"))
            .run(StartProgram.class, TOKENIZER, TOKENIZER_FILE, SETTINGS)
            .succeeded();
    assertThat(result.out()).contains("TOKENIZER: [").contains("SETTINGS: true null");
    assertThat(folder.resolve("djl/tokenizers")).isNotEmptyDirectory();
    assertThat(cache().resolve("djl")).doesNotExist();
  }
}
