package io.github.hunyuanvideo.core.files;

import com.google.common.base.StandardSystemProperty;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides where files are unpacked that lie in a jar but are needed as files: native libraries, and
 * resources that are mapped.
 *
 * <ol>
 *   <li>The system property {@code hunyuanvideo.cache}, or else the environment variable {@code
 *       HUNYUANVIDEO_CACHE}, names a folder for all of them. It need not allow writing if
 *       everything was unpacked into it before.
 *   <li>If nobody has set either, resources go to the user's usual folder for caches, and natives
 *       to where their own loaders unpack them in the home folder.
 *   <li>If there is no home folder that can be written to, everything goes to a folder below {@code
 *       java.io.tmpdir} that only this user can enter. The temporary folder itself would let every
 *       user of the machine put a library in the way.
 * </ol>
 */
public final class UnpackFolder {

  /** How a person gets out of any trouble with folders; the end of a message. */
  public static final String REMEDY =
      "Set the system property hunyuanvideo.cache, or the environment variable HUNYUANVIDEO_CACHE, to a folder that can be written to.";

  private static final String PROPERTY = "hunyuanvideo.cache";
  private static final String VARIABLE = "HUNYUANVIDEO_CACHE";
  private static final String NAME = "hunyuan-video";

  private final UnaryOperator<@Nullable String> properties;
  private final UnaryOperator<@Nullable String> environment;

  /** Decides by settings that are given; both functions return null for what is not set. */
  UnpackFolder(
      UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> environment) {
    this.properties = properties;
    this.environment = environment;
  }

  private static UnpackFolder ofThisProcess() {
    return new UnpackFolder(System::getProperty, System::getenv);
  }

  /**
   * Where this library unpacks resources of its own. The folder is there afterwards.
   *
   * @throws HunyuanVideoException if no folder can be used; the message says what to set
   */
  public static Path forResources() {
    return ofThisProcess().resources();
  }

  /**
   * Where a loader of natives has to be told to unpack them.
   *
   * @param loader the loader's folder below ours, for example {@code javacpp}
   * @param usual where it unpacks by itself, relative to the home folder
   * @return empty if it may be left to itself
   * @throws HunyuanVideoException if no folder can be used; the message says what to set
   */
  public static Optional<Path> forNatives(String loader, String usual) {
    return ofThisProcess().natives(loader, usual);
  }

  Path resources() {
    return chosen()
        .or(() -> usualCaches().map(caches -> made(caches.resolve(NAME))))
        .orElseGet(this::ofThisUserAlone);
  }

  Optional<Path> natives(String loader, String usual) {
    Optional<Path> chosen = chosen();
    if (chosen.isEmpty() && home().filter(home -> canMake(home.resolve(usual))).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(chosen.orElseGet(this::ofThisUserAlone).resolve(loader));
  }

  private Optional<Path> chosen() {
    return path(properties.apply(PROPERTY), "the system property " + PROPERTY)
        .or(() -> path(environment.apply(VARIABLE), "the environment variable " + VARIABLE))
        .map(UnpackFolder::made);
  }

  private static Optional<Path> path(@Nullable String value, String setting) {
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(value).toAbsolutePath());
    } catch (InvalidPathException e) {
      throw new HunyuanVideoException(
          "%s is \"%s\", which names no folder; set it to one that can be written to"
              .formatted(setting, value),
          e);
    }
  }

  /** The home folder if there is one to write to; a container's user may have none. */
  private Optional<Path> home() {
    return path(properties.apply(StandardSystemProperty.USER_HOME.key()), "user.home")
        .filter(home -> Files.isDirectory(home) && Files.isWritable(home));
  }

  private Optional<Path> usualCaches() {
    String system =
        String.valueOf(properties.apply(StandardSystemProperty.OS_NAME.key()))
            .toLowerCase(Locale.ROOT);
    Optional<Path> caches =
        system.startsWith("win")
            ? path(environment.apply("LOCALAPPDATA"), "LOCALAPPDATA")
            : system.startsWith("mac")
                ? home().map(home -> home.resolve("Library/Caches"))
                : path(environment.apply("XDG_CACHE_HOME"), "XDG_CACHE_HOME")
                    .or(() -> home().map(home -> home.resolve(".cache")));
    return caches.filter(folder -> canMake(folder.resolve(NAME)));
  }

  /** Whether a folder can be written to, or be made where it is not there yet. */
  private static boolean canMake(Path folder) {
    @Nullable Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there != null && Files.isDirectory(there) && Files.isWritable(there);
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new HunyuanVideoException(
          "%s is no folder and could not be made one (%s). %s".formatted(folder, e, REMEDY), e);
    }
  }

  private Path ofThisUserAlone() {
    String user =
        String.valueOf(properties.apply(StandardSystemProperty.USER_NAME.key()))
            .replaceAll("[^A-Za-z0-9_-]", "_");
    String temporary = String.valueOf(properties.apply("java.io.tmpdir"));
    return PrivateFolder.at(Path.of(temporary, NAME + "-" + user));
  }
}
