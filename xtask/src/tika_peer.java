// Apache Tika as a peer: the text of every file of a folder, embedded files included, as NAME.txt.
// java -cp TIKA.jar tika_peer.java FOLDER OUT

import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.BodyContentHandler;

public class tika_peer {
    public static void main(String[] arguments) throws Exception {
        File[] files = new File(arguments[0]).listFiles(File::isFile);
        Arrays.sort(files);
        Path out = Path.of(arguments[1]);
        Files.createDirectories(out);
        AutoDetectParser parser = new AutoDetectParser();
        for (File file : files) {
            BodyContentHandler words = new BodyContentHandler(-1);
            Thread reader = new Thread(() -> read(parser, file, words));
            reader.setDaemon(true);
            reader.start();
            reader.join(60_000);
            Files.write(out.resolve(file.getName() + ".txt"), words.toString().getBytes(StandardCharsets.UTF_8));
        }
        System.exit(0);
    }

    private static void read(AutoDetectParser parser, File file, BodyContentHandler words) {
        Metadata metadata = new Metadata();
        metadata.set(Metadata.RESOURCE_NAME_KEY, file.getName());
        ParseContext context = new ParseContext();
        context.set(Parser.class, parser);
        try (InputStream stream = TikaInputStream.get(file.toPath())) {
            parser.parse(stream, words, metadata, context);
        } catch (Throwable failure) {
            // What was read before counts; a file that cannot be read has no words.
        }
    }
}
