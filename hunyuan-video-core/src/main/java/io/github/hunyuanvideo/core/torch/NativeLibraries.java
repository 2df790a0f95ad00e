package io.github.hunyuanvideo.core.torch;

import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import com.google.common.base.Splitter;
import io.github.hunyuanvideo.api.NativeLibraryException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PyTorch natives that fit this machine, on the class path or in a folder that the user named;
 * looked for before DJL does, so that DJL never comes to the point where it would download some.
 * Nothing is loaded by looking.
 *
 * @param platform operating system and processor, as in the natives' classifier
 * @param version of libtorch
 * @param flavour {@code cpu}, or CUDA's version as in {@code cu128}
 * @param origin the jar or folder that it comes from
 * @param libraries the files in the jar; empty for a folder
 * @param resourceFolder the folder in the jar that holds them; empty for a folder
 */
public record NativeLibraries(
    String platform,
    String version,
    String flavour,
    String origin,
    List<String> libraries,
    String resourceFolder) {

  /** The environment variable or system property that names a folder with libtorch. */
  public static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  /** The environment variable or system property that says what that folder was built for. */
  public static final String FLAVOUR = "PYTORCH_FLAVOR";

  private static final Logger log = LoggerFactory.getLogger(NativeLibraries.class);
  private static final String VERSION = "PYTORCH_VERSION";
  private static final String TORCH = System.mapLibraryName("torch");
  private static final String BRIDGE = System.mapLibraryName("djl_torch");

  /** What DJL's engine on the class path was built for. */
  private record Wanted(String platform, String torch, String djl) {

    static Wanted read() {
      Properties engine = properties(resource("pytorch-engine.properties"));
      return new Wanted(
          currentPlatform(),
          engine.getProperty("pytorch_version", "unknown"),
          engine.getProperty("djl_version", "unknown"));
    }
  }

  /**
   * Looks for natives.
   *
   * @throws NativeLibraryException if there are none that fit; the message prints the Maven
   *     coordinates to add
   */
  public static NativeLibraries find() {
    Wanted wanted = Wanted.read();
    String folder = Utils.getEnvOrSystemProperty(LIBRARY_PATH);
    return folder == null || folder.isBlank() ? onClassPath(wanted) : inFolder(folder, wanted);
  }

  /** Whether they lie in a folder that the user named, and not in a jar. */
  public boolean isFolder() {
    return libraries.isEmpty();
  }

  /** The folder below its cache into which DJL unpacks them. */
  String folderName() {
    return version + "-" + flavour + "-" + platform;
  }

  /**
   * The resources of the files that must lie in that folder once it is there, by the files' names.
   *
   * @param cache DJL's cache; the bridge is unpacked later than the rest and counts if it is there
   */
  Map<String, String> files(Path cache) {
    Map<String, String> files = new LinkedHashMap<>();
    libraries.forEach(library -> files.put(library, resourceFolder + "/" + library));
    String unpackedBridge = Wanted.read().djl() + "-" + BRIDGE;
    if (Files.exists(cache.resolve(folderName()).resolve(unpackedBridge))) {
      files.put(unpackedBridge, bridge());
    }
    return files;
  }

  private String bridge() {
    return "jnilib/" + platform + "/" + flavour + "/" + BRIDGE;
  }

  private static NativeLibraries inFolder(String named, Wanted wanted) {
    for (String entry : Splitter.on(File.pathSeparatorChar).split(named)) {
      Path folder = Path.of(entry);
      folder = Files.isRegularFile(folder) ? folder.toAbsolutePath().getParent() : folder;
      if (folder != null && Files.isRegularFile(folder.resolve(TORCH))) {
        boolean cuda = Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")));
        NativeLibraries found =
            new NativeLibraries(
                wanted.platform(),
                Utils.getEnvOrSystemProperty(VERSION, wanted.torch()),
                Utils.getEnvOrSystemProperty(FLAVOUR, cuda ? "cu128" : "cpu"),
                folder.toString(),
                List.of(),
                "");
        requireBridge(found, folder, wanted);
        return found;
      }
    }
    throw new NativeLibraryException(
        "%s is set to %s, but there is no %s in it; set it to the folder that holds libtorch's libraries, or unset it"
            .formatted(LIBRARY_PATH, named, TORCH));
  }

  private static NativeLibraries onClassPath(Wanted wanted) {
    NativeLibraries found =
        inJars(wanted)
            .orElseThrow(
                () ->
                    new NativeLibraryException(
                        "There are no PyTorch natives for %s on the class path, and nothing is downloaded at run time. %s"
                            .formatted(wanted.platform(), coordinates(wanted))));
    String version = Utils.getEnvOrSystemProperty(VERSION, "");
    if (!found.version().startsWith(version)) {
      throw new NativeLibraryException(
          "%s asks for PyTorch %s, the natives on the class path are %s; unset it, or set %s to a folder with that version"
              .formatted(VERSION, version, found.version(), LIBRARY_PATH));
    }
    requireBridge(found, wanted);
    return found;
  }

  /** Of several jars that fit, DJL takes the one whose flavour comes last in the alphabet. */
  private static Optional<NativeLibraries> inJars(Wanted wanted) {
    List<NativeLibraries> fitting = new ArrayList<>();
    for (URL url : resources("native/lib/pytorch.properties")) {
      Properties natives = properties(url);
      String flavour = natives.getProperty("flavor", "");
      String classifier = natives.getProperty("classifier", "");
      boolean fits =
          wanted.platform().equals(classifier)
              && natives.getProperty("placeholder") == null
              && (flavour.startsWith("cpu") || suitsCuda(flavour));
      if (fits) {
        fitting.add(
            new NativeLibraries(
                classifier,
                natives.getProperty("version", "unknown"),
                flavour,
                url.toString(),
                Splitter.on(',').splitToList(natives.getProperty("libraries", "")),
                "pytorch/" + flavour + "/" + classifier));
      } else {
        log.info("The natives in {} ({} {}) do not fit this machine", url, flavour, classifier);
      }
    }
    return fitting.stream()
        .max(
            Comparator.comparing(NativeLibraries::flavour).thenComparing(NativeLibraries::version));
  }

  /** DJL's rule: the system's CUDA runtime sees a GPU, and is not older than the natives. */
  private static boolean suitsCuda(String flavour) {
    return flavour.matches("cu\\d{3}.*")
        && CudaUtils.getGpuCount() > 0
        && Integer.parseInt(flavour.substring(2, 5))
            <= Integer.parseInt(CudaUtils.getCudaVersionString());
  }

  /** DJL would download a bridge that fits the natives if the one on the class path does not. */
  private static void requireBridge(NativeLibraries found, Wanted wanted) {
    if (!found.bridgeFits(wanted)) {
      throw new NativeLibraryException(
          "DJL's bridge to PyTorch %s for %s, %s is missing or does not fit (found: %s). %s"
              .formatted(
                  found.release(),
                  found.platform(),
                  found.flavour(),
                  bridgeVersion(),
                  coordinates(wanted)));
    }
  }

  private static void requireBridge(NativeLibraries found, Path folder, Wanted wanted) {
    String unpacked = wanted.djl() + "-" + BRIDGE;
    boolean there =
        Files.exists(folder.resolve(BRIDGE))
            || Files.exists(folder.resolve(unpacked))
            || Files.exists(
                Utils.getEngineCacheDir("pytorch").resolve(found.folderName()).resolve(unpacked));
    if (!there && !found.bridgeFits(wanted)) {
      throw new NativeLibraryException(
          "%s (libtorch %s, %s) has no %s, and the class path has none for it (found: %s); put DJL's bridge for that version into the folder, or set %s and %s to what the folder really holds"
              .formatted(
                  folder,
                  found.release(),
                  found.flavour(),
                  BRIDGE,
                  bridgeVersion(),
                  VERSION,
                  FLAVOUR));
    }
  }

  private boolean bridgeFits(Wanted wanted) {
    return resource(bridge()) != null && bridgeVersion().startsWith(release() + "-" + wanted.djl());
  }

  /** The version without the date of the build. */
  private String release() {
    return Splitter.on('-').splitToList(version).get(0);
  }

  private static String bridgeVersion() {
    URL versions = resource("jnilib/pytorch.properties");
    return versions == null ? "none" : properties(versions).getProperty("jni_version", "none");
  }

  private static String coordinates(Wanted wanted) {
    return """
        Add to your pom.xml:
          <dependency>
            <groupId>ai.djl.pytorch</groupId>
            <artifactId>pytorch-native-cpu</artifactId>
            <version>%2$s</version>
            <classifier>%1$s</classifier>
          </dependency>
          <dependency>
            <groupId>ai.djl.pytorch</groupId>
            <artifactId>pytorch-jni</artifactId>
            <version>%2$s-%3$s</version>
          </dependency>
        Natives exist for linux-x86_64, linux-aarch64, osx-aarch64 and win-x86_64. To use a libtorch of your own, set %4$s to its folder."""
        .formatted(wanted.platform(), wanted.torch(), wanted.djl(), LIBRARY_PATH);
  }

  private static String currentPlatform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String prefix = os.startsWith("win") ? "win" : os.startsWith("mac") ? "osx" : "linux";
    String arch = System.getProperty("os.arch");
    return prefix + "-" + ("amd64".equals(arch) ? "x86_64" : arch);
  }

  private static @Nullable URL resource(String name) {
    List<URL> urls = resources(name);
    return urls.isEmpty() ? null : urls.get(0);
  }

  private static List<URL> resources(String name) {
    try {
      return Collections.list(ClassLoaderUtils.getContextClassLoader().getResources(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties properties(@Nullable URL url) {
    if (url == null) {
      throw new NativeLibraryException(
          "DJL's PyTorch engine is not on the class path; add ai.djl.pytorch:pytorch-engine");
    }
    Properties properties = new Properties();
    try (InputStream in = url.openStream()) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
