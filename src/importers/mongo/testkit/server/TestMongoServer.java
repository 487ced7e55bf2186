import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A MongoDB in memory that lets nobody do anything without SCRAM-SHA-256 (RFC 7677), which the server that it is built on lacks.
 * Arguments: user, password. Prints its address as a line; ends when its standard input does.
 */
public class TestMongoServer {
  public static void main(String[] arguments) throws Exception {
    MemoryBackend backend = new GuardedBackend(arguments[0], arguments[1]);
    MongoServer server = new MongoServer(backend.version(new Version44()));
    InetSocketAddress address = server.bind();
    System.out.println("mongodb://127.0.0.1:" + address.getPort());
    while (System.in.read() != -1) {}
    server.shutdownNow();
  }

  /** The oldest that current drivers speak to. */
  private static class Version44 implements MongoVersion {
    public List<Integer> getVersionArray() {
      return List.of(4, 4, 0);
    }

    public int getWireVersion() {
      return 9;
    }
  }

  private static class GuardedBackend extends MemoryBackend {
    private static final AttributeKey<Scram> CONVERSATION = AttributeKey.valueOf("scram");
    private static final Set<String> OPEN_TO_ALL = Set.of("hello", "ismaster", "ping", "buildinfo", "endsessions");
    private final String user;
    private final String password;

    GuardedBackend(String user, String password) {
      this.user = user;
      this.password = password;
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
      Scram scram = channel.attr(CONVERSATION).get();
      switch (command.toLowerCase(Locale.ROOT)) {
        case "saslstart":
          if (!"SCRAM-SHA-256".equals(query.get("mechanism"))) throw new MongoServerError(334, "MechanismUnavailable", "No such mechanism");
          // MongoDB keeps a user in the database in which it was made.
          scram = new Scram(user, "admin".equals(database) ? password : password + "?");
          channel.attr(CONVERSATION).set(scram);
          return scram.answerFirst(payloadOf(query));
        case "saslcontinue":
          return scram.answerFinal(payloadOf(query));
        default:
          boolean isAllowed = scram != null && scram.isDone || OPEN_TO_ALL.contains(command.toLowerCase(Locale.ROOT));
          if (!isAllowed) throw new MongoServerError(13, "Unauthorized", "command " + command + " requires authentication");
          Document answer = super.handleCommand(channel, database, command, query);
          if (query.containsKey("saslSupportedMechs")) answer.put("saslSupportedMechs", List.of("SCRAM-SHA-256"));
          return answer;
      }
    }

    private static String payloadOf(Document query) {
      return new String(((BinData) query.get("payload")).getData(), StandardCharsets.UTF_8);
    }
  }

  /** The server's side of one conversation. */
  private static class Scram {
    private static final int ITERATIONS = 4096;
    private final String user;
    private final String password;
    private final byte[] salt = random();
    private String messages;
    private String nonce;
    boolean isDone;

    Scram(String user, String password) {
      this.user = user;
      this.password = password;
    }

    Document answerFirst(String message) {
      String bare = message.substring(message.indexOf("n="));
      Map<String, String> fields = parse(bare);
      if (!user.equals(fields.get("n"))) throw refusal();
      nonce = fields.get("r") + base64(random());
      String answer = "r=" + nonce + ",s=" + base64(salt) + ",i=" + ITERATIONS;
      messages = bare + "," + answer;
      return document(answer, false);
    }

    Document answerFinal(String message) {
      if (message.isEmpty()) return document("", isDone = true);
      try {
        return document("v=" + base64(check(message)), isDone = true);
      } catch (GeneralSecurityException error) {
        throw new IllegalStateException(error);
      }
    }

    /** The signature by which the server shows that it knows the password too. */
    private byte[] check(String message) throws GeneralSecurityException {
      Map<String, String> fields = parse(message);
      byte[] signed = bytes(messages + "," + message.substring(0, message.lastIndexOf(",p=")));
      PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, 256);
      byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
      byte[] clientKey = hmac(salted, bytes("Client Key"));
      byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), signed);
      for (int index = 0; index < proof.length; index++) proof[index] ^= clientKey[index];
      boolean isRight = nonce.equals(fields.get("r")) && MessageDigest.isEqual(proof, Base64.getDecoder().decode(fields.get("p")));
      if (!isRight) throw refusal();
      return hmac(hmac(salted, bytes("Server Key")), signed);
    }

    private static Document document(String payload, boolean done) {
      return new Document("conversationId", 1).append("done", done).append("payload", new BinData(bytes(payload))).append("ok", 1.0);
    }

    private static MongoServerError refusal() {
      return new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
    }

    private static Map<String, String> parse(String message) {
      return Arrays.stream(message.split(",")).collect(Collectors.toMap(field -> field.substring(0, 1), field -> field.substring(2)));
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    }

    private static byte[] random() {
      byte[] bytes = new byte[16];
      new SecureRandom().nextBytes(bytes);
      return bytes;
    }

    private static String base64(byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
